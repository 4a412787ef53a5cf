import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/** Answers web requests with Java's own server; any other works the same way if it listens on $PORT. */
public class Main {
  private static final String MODULE = System.getenv().getOrDefault("GAE_SERVICE", "default");
  private static final String VERSION = System.getenv().getOrDefault("GAE_VERSION", "");

  // What cron.yaml and queue.yaml call. The header is taken out of requests that others send.
  private static final Map<String, String> INTERNAL =
      Map.of("/cron/daily", "X-Appengine-Cron", "/tasks/work", "X-Appengine-QueueName");

  public static void main(String[] arguments) throws IOException {
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.createContext("/", Main::handle);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.start();
  }

  private static void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/") || path.equals("/" + MODULE + "/")) {
      answer(exchange, 200, "Hello from module " + MODULE + ", version " + VERSION + "!");
    } else if (!INTERNAL.containsKey(path)) {
      answer(exchange, 404, "There is no page " + path + ".");
    } else if (!exchange.getRequestHeaders().containsKey(INTERNAL.get(path))) {
      answer(exchange, 403, "Only the platform may call this.");
    } else {
      System.out.println("called: " + path);
      answer(exchange, 200, "done");
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = (text + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
