package io.bellwire.outbound;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A server on a free port that answers each request with bytes that a test decides, right or wrong. */
final class RawServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Answer answer;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "raw-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** Writes an answer to a request. The connection stays open afterwards, unless the answer closes it. */
    interface Answer {
        void to(String request, Socket client) throws Exception;

        /** These characters. */
        static Answer of(String text) {
            return (request, client) -> client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        /** 200 with this body. */
        static Answer ok(String body) {
            return of("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    RawServer(Answer answer) throws IOException {
        this(new ServerSocket(), "127.0.0.1", answer);
    }

    RawServer(ServerSocket unbound, String address, Answer answer) throws IOException {
        this.listener = unbound;
        this.answer = answer;
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0), 1_024);
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** The URL of this server under a host's name. */
    URI url(String host) {
        return URI.create("http://" + host + ":" + port() + "/hook");
    }

    /** Connections so far. */
    int accepted() {
        return accepted.get();
    }

    /** Connections that are open, as far as this side knows. */
    int open() {
        return open.size();
    }

    /** Each request: its header and its body. */
    List<String> requests() {
        return requests;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                accepted.incrementAndGet();
                open.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            listener.isClosed();
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            for (String request = read(in); request != null; request = read(in)) {
                requests.add(request);
                answer.to(request, client);
            }
        } catch (Exception gone) {
            client.isClosed();
        } finally {
            open.remove(client);
        }
    }

    /** A request, null at the end of the connection. */
    private static String read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int length = -1;
        while (true) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            bytes.write(next);
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            if (length < 0 && text.endsWith("\r\n\r\n")) {
                String header = text.toLowerCase(Locale.ROOT);
                int at = header.indexOf("content-length: ");
                int body = at < 0 ? 0 : Integer.parseInt(header.substring(at + 16, header.indexOf('\r', at)));
                length = bytes.size() + body;
            }
            if (bytes.size() == length) {
                return text;
            }
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdownNow();
    }
}
