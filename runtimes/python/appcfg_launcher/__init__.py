"""The platform's launcher for Python applications: an HTTP/1.1 server with App Engine's manners."""
