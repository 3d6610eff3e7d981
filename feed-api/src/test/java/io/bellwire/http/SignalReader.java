package io.bellwire.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream of server-sent events from a plain socket, only when a method is called, and checks each event
 * against the AsyncAPI document. Used by one thread.
 */
final class SignalReader implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final String path;
    private final InputStream in;
    private final int status;
    private final Map<String, String> headers = new HashMap<>();
    private int chunkBytesLeft;
    private boolean ended;

    /** One server-sent event. */
    record Event(String name, String id, String data) {}

    SignalReader(URI server, String path, String token, String... headerLines) throws IOException {
        this(server, 0, path, token, headerLines);
    }

    /** @param receiveBytes the socket's receive buffer; 0 for the default */
    SignalReader(URI server, int receiveBytes, String path, String token, String... headerLines) throws IOException {
        this.path = path;
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        socket.setSoTimeout(TIMEOUT_MILLIS);
        StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: bellwire\r\n");
        request.append("Authorization: Bearer ").append(token).append("\r\n");
        for (String line : headerLines) {
            request.append(line).append("\r\n");
        }
        socket.getOutputStream().write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        in = new BufferedInputStream(socket.getInputStream());
        status = Integer.parseInt(readLine().substring(9, 12));
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    static SignalReader of(ApiFixture server, ApiFixture.Device device, String... headerLines) throws IOException {
        return new SignalReader(
                server.base(), device.path() + "/signals", device.client().token(), headerLines);
    }

    int status() {
        return status;
    }

    @Nullable String header(String name) {
        return headers.get(name);
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException(line.toString(StandardCharsets.UTF_8));
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    /** The next byte of the body; -1 at its end. */
    private int body() throws IOException {
        if (chunkBytesLeft == 0 && !ended) {
            // the line end after a chunk may come only with the next one
            String size = readLine();
            chunkBytesLeft = Integer.parseInt(size.isEmpty() ? readLine() : size, 16);
            ended = chunkBytesLeft == 0;
        }
        if (ended) {
            return -1;
        }
        int b = in.read();
        chunkBytesLeft--;
        return b;
    }

    /** The next lines up to an empty one; null at the end of the stream. */
    @Nullable String block() throws IOException {
        StringBuilder block = new StringBuilder();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int b = body();
            if (b < 0) {
                return null;
            }
            if (b != '\n') {
                line.write(b);
            } else if (line.size() > 0) {
                block.append(line.toString(StandardCharsets.UTF_8)).append('\n');
                line.reset();
            } else {
                return block.toString();
            }
        }
    }

    /** The next event, whatever heartbeats come before it; null at the end of the stream. */
    @Nullable Event next() throws IOException {
        for (String block = block(); block != null; block = block()) {
            String name = "";
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line : block.lines().toList()) {
                name = line.startsWith("event: ") ? line.substring(7) : name;
                id = line.startsWith("id: ") ? line.substring(4) : id;
                if (line.startsWith("data: ")) {
                    data.append(data.isEmpty() ? "" : "\n").append(line.substring(6));
                }
            }
            if (!data.isEmpty()) {
                AsyncApiDocument.SERVED.check(path, name, data.toString());
                return new Event(name, id, data.toString());
            }
        }
        return null;
    }

    /** Whether the server has let go of the connection; found out without reading. */
    boolean isGivenUp() {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
