"""The Vietnamese language without press releases: spelling and tones, sentences, numbers, calendar expressions."""
