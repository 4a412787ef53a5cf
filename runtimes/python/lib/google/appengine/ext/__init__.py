"""Extensions: deferred, vendor."""
