"""What a person says of the rows: sheets out, corrections in, tables scored against gold."""
