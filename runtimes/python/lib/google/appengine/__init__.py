"""The part of google.appengine that this platform brings itself."""
