// SPDX-License-Identifier: Apache-2.0
package dev.culebra.examples;

import static dev.culebra.Asyncio.createTask;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.startServer;
import static dev.culebra.Asyncio.wrapFuture;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.culebra.LoopFuture;
import dev.culebra.net.Server;
import dev.culebra.net.StreamReader;
import dev.culebra.net.StreamWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Awaits what the JDK promises, its HttpClient's answer among it, and promises it something. */
class JdkFutures {
  static void main() throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      run(() -> {
        try (Server server = startServer(JdkFutures::serve, "127.0.0.1", 0)) {
          int port = ((InetSocketAddress) server.addresses().get(0)).getPort();
          HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
              .version(HttpClient.Version.HTTP_1_1)
              .build();
          LoopFuture<HttpResponse<String>> answer =
              wrapFuture(client.sendAsync(request, BodyHandlers.ofString()));
          IO.println("the server says " + answer.await().body());

          CompletableFuture<String> late = new CompletableFuture<>();
          late.completeOnTimeout("late", 200, TimeUnit.MILLISECONDS);
          IO.println("the future is " + wrapFuture(late).await());

          CompletableFuture<String> ours = createTask(JdkFutures::nap).toCompletableFuture();
          wrapFuture(ours.thenApply(String::toUpperCase).thenAccept(IO::println))
              .await();
        }
      });
    }
  }

  static String nap() {
    sleep(Duration.ofMillis(100));
    return "the task has slept";
  }

  static void serve(StreamReader reader, StreamWriter writer) throws IOException {
    reader.readUntil("\r\n\r\n".getBytes(US_ASCII));
    writer.write("HTTP/1.1 200 OK\r\n\r\nhello".getBytes(US_ASCII));
    writer.close();
  }
}
