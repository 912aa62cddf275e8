"""Page -> Article: decode, cut the portal's furniture, keep title, date and body; every removal accounted for."""
