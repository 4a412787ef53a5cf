"""FTP, which App Engine does not support on any port."""
import errno

from . import problems


def patch(ftplib):
    """Runs when the application imports ftplib."""
    def refuse(self, *unused, **unused_too):
        raise problems.system_error(errno.EACCES, 'FTP is not supported in App Engine')
    ftplib.FTP.connect = refuse
