"""What a customer and a bot say to each other, one file for each thing they talk about."""
