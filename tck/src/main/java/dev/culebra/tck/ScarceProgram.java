// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static dev.culebra.Asyncio.createSubprocessExec;
import static dev.culebra.Asyncio.getRunningLoop;
import static dev.culebra.Asyncio.run;
import static dev.culebra.Asyncio.sleep;
import static dev.culebra.Asyncio.toThread;

import dev.culebra.net.Protocol;
import dev.culebra.net.Server;
import dev.culebra.net.Transport;
import dev.culebra.process.AsyncProcess;
import dev.culebra.process.ProcessOptions;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Uses up what this process may have, descriptors or processes, and prints what becomes of a server and of
 * children. It is started under a low limit: ulimit(1).
 */
final class ScarceProgram {

  /** More than any limit that this is started under. */
  private static final int MOST = 2000;

  /** As many descriptors as a child with three pipes takes at any time, and some. */
  private static final int ENOUGH_FOR_A_CHILD = 24;

  private static final int CLIENTS = 3;

  private static final List<String> CAT = List.of("cat", "-u");

  private ScarceProgram() {}

  /** Takes the name of a backend's class and that of a scenario. */
  public static void main(String[] arguments) throws Exception {
    SigintProgram.useBackend(arguments[0]);
    loadClasses();
    run(() -> {
      switch (arguments[1]) {
        case "server" -> serve();
        case "children without descriptors" -> spawnWithoutDescriptors();
        case "children without processes" -> spawnWithoutProcesses();
        default -> throw new IllegalArgumentException(arguments[1]);
      }
    });
    say("end");
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** A class is a file, or in one: without descriptors no more of them can be had. */
  private static void loadClasses() throws IOException {
    for (String entry : System.getProperty("java.class.path").split(":", -1)) {
      Path root = Path.of(entry);
      if (Files.isDirectory(root.resolve("dev/culebra"))) {
        Files.walkFileTree(root.resolve("dev/culebra"), new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            load(root.relativize(file).toString());
            return FileVisitResult.CONTINUE;
          }
        });
      }
    }
  }

  private static void load(String file) {
    if (file.endsWith(".class") && !file.endsWith("-info.class")) {
      String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
      try {
        Class.forName(name, false, ScarceProgram.class.getClassLoader());
      } catch (ClassNotFoundException | LinkageError e) {
        // a test's, whose libraries are not here
      }
    }
  }

  // ---- descriptors

  /** The descriptors that nobody else can have. */
  private static final class Hoard {

    private final Deque<FileInputStream> held = new ArrayDeque<>();

    void takeAll() throws IOException {
      try {
        while (held.size() < MOST) {
          held.push(new FileInputStream("/dev/null"));
        }
      } catch (FileNotFoundException e) {
        return; // which is what the JDK makes of EMFILE
      }
      throw new IOException("there is no limit: " + MOST + " files are open");
    }

    void giveBack(int count) throws IOException {
      for (int i = 0; i < count; i++) {
        held.pop().close();
      }
    }

    void giveBackAll() throws IOException {
      giveBack(held.size());
    }
  }

  private static int openDescriptors() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path ignored : all) {
        count++;
      }
    }
    return count;
  }

  /** What ends in threads of the JDK's takes a moment. */
  private static void awaitDescriptors(int expected) throws Exception {
    int now = openDescriptors();
    for (int i = 0; i < 1000 && now != expected; i++) {
      sleep(Duration.ofMillis(5));
      now = openDescriptors();
    }
    say(now == expected ? "nothing is left open" : "open: " + now + ", not " + expected);
  }

  // ---- a server

  private static final class Echo implements Protocol {

    @SuppressWarnings("NullAway.Init") // connectionMade comes first
    private Transport transport;

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      transport.write(data);
    }
  }

  private static void serve() throws Exception {
    getRunningLoop().setExceptionHandler((loop, context) -> {
      String reason = String.valueOf(context.exception());
      say("report: " + context.message().replaceFirst("/?127.0.0.1:\\d+", "HOST")
          + (reason.contains("Too many open files") ? ": too many open files" : ": " + reason));
    });
    Server server = getRunningLoop().createServer(Echo::new, "127.0.0.1", 0);
    InetSocketAddress address = new InetSocketAddress(
        InetAddress.ofLiteral("127.0.0.1"),
        ((InetSocketAddress) server.addresses().get(0)).getPort());
    try (SocketChannel first = SocketChannel.open()) {
      first.connect(address);
      toThread(() -> awaitEcho(first));
      int open = openDescriptors();
      List<SocketChannel> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(SocketChannel.open()); // later there is no descriptor for it
      }
      Hoard hoard = new Hoard();
      hoard.takeAll();
      for (SocketChannel client : clients) {
        client.connect(address);
      }
      toThread(() -> awaitEcho(first));
      say("whoever was there is served");
      sleep(Duration.ofMillis(2200)); // it tries again each second
      say("none of the others is");
      hoard.giveBackAll();
      for (SocketChannel client : clients) {
        toThread(() -> awaitEcho(client));
        client.close();
      }
      say("all are served");
      sleep(Duration.ofMillis(10));
      awaitDescriptors(open);
    }
    server.closeClients();
    server.close();
    server.awaitClosed();
  }

  private static int awaitEcho(SocketChannel client) throws IOException {
    client.write(ByteBuffer.wrap(new byte[] {42}));
    ByteBuffer answer = ByteBuffer.allocate(1);
    if (client.read(answer) != 1 || answer.get(0) != 42) {
      throw new IOException("not the answer");
    }
    return 1;
  }

  // ---- children

  /** Starts one, which reads to the end of its input, and sees it end. */
  private static void useChild() throws Exception {
    try (AsyncProcess child = createSubprocessExec(CAT, ProcessOptions.PIPED)) {
      if (!child.communicate(new byte[] {1, 2, 3}).text().equals("\1\2\3")) {
        throw new IOException("the child does not work");
      }
    }
  }

  /** With each number of descriptors left, from none to enough. */
  private static void spawnWithoutDescriptors() throws Exception {
    for (int i = 0; i < 3; i++) {
      useChild();
    }
    sleep(Duration.ofMillis(50));
    int open = openDescriptors();
    Hoard hoard = new Hoard();
    int failures = 0;
    int successes = 0;
    for (int left = 0; left <= ENOUGH_FOR_A_CHILD; left++) {
      hoard.takeAll();
      hoard.giveBack(left);
      try {
        useChild();
        successes++;
      } catch (IOException e) {
        failures++;
        check(left, e);
      }
    }
    hoard.giveBackAll();
    say((failures > 0 ? "it fails" : "it never fails") + ", then "
        + (successes > 0 ? "it works" : "it never works"));
    awaitDescriptors(open);
    useChild();
    say("it works again");
    sayChildren();
  }

  private static void check(int left, IOException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("cat") || !message.contains("Too many open files")) {
      say("with " + left + " descriptors: " + e.getMessage());
    }
  }

  /** Threads count as processes, and are quickly had and given back. */
  private static void spawnWithoutProcesses() throws Exception {
    for (int i = 0; i < 3; i++) {
      useChild();
    }
    int open = openDescriptors();
    for (int attempt = 0; attempt < 5; attempt++) {
      if (failsWithoutProcesses()) {
        say("it fails");
        break;
      }
    }
    awaitDescriptors(open);
    useChild();
    say("it works again");
    sayChildren();
  }

  private static boolean failsWithoutProcesses() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> hoard = new ArrayList<>();
    try {
      takeAllProcesses(hoard, end);
      useChild();
      return false; // somebody has ended meanwhile
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.contains("cat") || !message.contains("Resource temporarily unavailable")) {
        throw e;
      }
      return true;
    } finally {
      end.countDown();
      for (Thread each : hoard) {
        each.join();
      }
    }
  }

  private static void takeAllProcesses(List<Thread> hoard, CountDownLatch end) throws IOException {
    try {
      while (hoard.size() < MOST) {
        Thread thread = new Thread(null, () -> awaitQuietly(end), "hoard", 64 << 10);
        thread.start();
        hoard.add(thread);
      }
    } catch (OutOfMemoryError e) {
      return; // which is what the JVM makes of EAGAIN
    }
    throw new IOException("there is no limit: " + MOST + " threads run");
  }

  private static void awaitQuietly(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      // it is over then
    }
  }

  /** Ended and not reaped, or running on: proc_pid_stat(5). */
  private static void sayChildren() throws Exception {
    String left = children();
    for (int i = 0; i < 1000 && !left.isEmpty(); i++) {
      sleep(Duration.ofMillis(5));
      left = children();
    }
    say(left.isEmpty() ? "no child is left" : "children: " + left);
  }

  private static String children() throws IOException {
    StringBuilder all = new StringBuilder();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      for (Path thread : threads) {
        Path file = thread.resolve("children");
        if (Files.exists(file)) {
          all.append(Files.readString(file));
        }
      }
    }
    return all.toString().strip();
  }
}
