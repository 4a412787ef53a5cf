"""Extensions: vendor."""
