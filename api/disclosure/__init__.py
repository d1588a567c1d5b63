"""What operators disclose of their facilities to the public, in few words, and what citizens ask."""
