"""Tables -> static pages that open from disk: overview, lists with search, articles with their findings marked, entities."""
