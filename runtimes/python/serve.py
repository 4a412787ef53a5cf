"""Serves one Python application on 127.0.0.1:$PORT; runs under Python 2.7 and 3.6 or newer."""
import sys

from appcfg_launcher import main

# The launcher's own folder must not be a place where the application's imports are looked up.
del sys.path[0]

if __name__ == '__main__':
    main.run()
