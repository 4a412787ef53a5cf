package appcfg.java7;

import java.net.Proxy;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.net.URLStreamHandlerFactory;

/** java.net.URL over the URL Fetch API. */
final class UrlFetchHandlers implements URLStreamHandlerFactory {
  private final Platform platform;

  UrlFetchHandlers(Platform platform) {
    this.platform = platform;
  }

  @Override
  public URLStreamHandler createURLStreamHandler(String protocol) {
    if (!"http".equals(protocol) && !"https".equals(protocol)) return null;
    int usual = "http".equals(protocol) ? 80 : 443;
    return new URLStreamHandler() {
      @Override
      protected URLConnection openConnection(URL url) {
        return new UrlFetchConnection(platform, url);
      }

      @Override
      protected URLConnection openConnection(URL url, Proxy ignored) {
        return openConnection(url);
      }

      @Override
      protected int getDefaultPort() {
        return usual;
      }
    };
  }
}
