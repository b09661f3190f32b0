"""Database servers of the tests' own: started in a temporary directory, reached by URL, always stopped."""
