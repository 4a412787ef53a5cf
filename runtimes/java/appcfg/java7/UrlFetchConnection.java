package appcfg.java7;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One request of java.net.URL, fetched by the platform. */
final class UrlFetchConnection extends HttpURLConnection {
  private static final List<String> METHODS = List.of("", "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH");
  private static final int DEADLINE_EXCEEDED = 5;
  private static final double DEFAULT_SECONDS = 5;

  private final Platform platform;
  private final Map<String, List<String>> requestHeaders = new LinkedHashMap<>();
  private final List<String[]> headers = new ArrayList<>();
  private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
  private byte[] content;
  private IOException failure;

  UrlFetchConnection(Platform platform, URL url) {
    super(url);
    this.platform = platform;
  }

  @Override
  public void connect() {
    connected = true;
  }

  @Override
  public void disconnect() {
    connected = false;
  }

  @Override
  public boolean usingProxy() {
    return false;
  }

  @Override
  public void setRequestProperty(String name, String value) {
    requestHeaders.put(name, new ArrayList<>(List.of(value)));
  }

  @Override
  public void addRequestProperty(String name, String value) {
    requestHeaders.computeIfAbsent(name, unused -> new ArrayList<>()).add(value);
  }

  @Override
  public String getRequestProperty(String name) {
    List<String> values = requestHeaders.get(name);
    return values == null ? null : values.get(0);
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    if (!doOutput) throw new ProtocolException("cannot write to a URLConnection if doOutput=false");
    if ("GET".equals(method)) method = "POST";
    connected = true;
    return payload;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    fetch();
    if (responseCode == HTTP_NOT_FOUND || responseCode == HTTP_GONE) throw new FileNotFoundException(url.toString());
    if (responseCode >= HTTP_BAD_REQUEST) {
      throw new IOException("Server returned HTTP response code: " + responseCode + " for URL: " + url);
    }
    return new ByteArrayInputStream(content);
  }

  @Override
  public InputStream getErrorStream() {
    return content != null && responseCode >= HTTP_BAD_REQUEST ? new ByteArrayInputStream(content) : null;
  }

  @Override
  public int getResponseCode() throws IOException {
    fetch();
    return responseCode;
  }

  @Override
  public String getHeaderField(String name) {
    for (String[] header : known()) if (header[0].equalsIgnoreCase(name)) return header[1];
    return null;
  }

  @Override
  public String getHeaderField(int index) {
    if (index == 0) return "HTTP/1.1 " + responseCode;
    return index <= known().size() ? headers.get(index - 1)[1] : null;
  }

  @Override
  public String getHeaderFieldKey(int index) {
    return index > 0 && index <= known().size() ? headers.get(index - 1)[0] : null;
  }

  @Override
  public Map<String, List<String>> getHeaderFields() {
    Map<String, List<String>> result = new LinkedHashMap<>();
    for (String[] header : known()) result.computeIfAbsent(header[0], unused -> new ArrayList<>()).add(header[1]);
    return result;
  }

  /** Asking for a header is a way to ask. */
  private List<String[]> known() {
    try {
      fetch();
    } catch (IOException unanswered) {
      return List.of();
    }
    return headers;
  }

  private void fetch() throws IOException {
    if (failure != null) throw failure;
    if (content != null) return;
    try {
      double seconds = getReadTimeout() > 0 ? getReadTimeout() / 1000.0 : DEFAULT_SECONDS;
      read(platform.call("urlfetch", "Fetch", request(seconds), seconds + 1));
    } catch (Platform.Refusal refusal) {
      boolean isLate = refusal.isOfService && refusal.code == DEADLINE_EXCEEDED;
      failure = isLate ? new SocketTimeoutException("Timeout while fetching URL: " + url) : new IOException("Could not fetch URL: " + url + ": " + refusal.getMessage());
      throw failure;
    }
  }

  private byte[] request(double seconds) throws IOException {
    int number = METHODS.indexOf(method);
    if (number < 1) throw new ProtocolException("Invalid HTTP method: " + method);
    Wire request = new Wire().integer(1, number).text(2, url.toExternalForm());
    for (Map.Entry<String, List<String>> header : requestHeaders.entrySet()) {
      for (String value : header.getValue()) {
        request.beginGroup(3).text(4, header.getKey()).text(5, value).endGroup(3);
      }
    }
    if (payload.size() > 0) request.data(6, payload.toByteArray());
    return request.integer(7, instanceFollowRedirects ? 1 : 0).number(8, seconds).bytes();
  }

  private void read(Wire.Message answer) {
    responseCode = (int) answer.integer(2, 0);
    for (Wire.Message header : answer.messages(3)) headers.add(new String[] {header.text(4), header.text(5)});
    byte[] body = answer.data(1);
    content = body == null ? new byte[0] : body;
  }
}
