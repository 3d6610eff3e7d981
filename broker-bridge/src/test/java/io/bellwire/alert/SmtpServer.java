package io.bellwire.alert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A mail server that answers as a test wants. It keeps what it was told, line by line. */
final class SmtpServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0);
    private final Optional<SSLContext> tls;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** What RCPT is answered with. */
    volatile String recipientAnswer = "250 ok";
    /** Whether connections are accepted and never answered. */
    volatile boolean isSilent;
    /** Whether connections begin with TLS. */
    volatile boolean isTlsFirst;
    /** Whether nothing is answered to QUIT. */
    volatile boolean isSilentAtQuit;

    /** @param tls offered by STARTTLS, if there is one */
    SmtpServer(Optional<SSLContext> tls) throws IOException {
        this.tls = tls;
        Thread thread = new Thread(this::accept, "smtp-server");
        thread.setDaemon(true);
        thread.start();
    }

    URI url(String host, String query) {
        return URI.create((isTlsFirst ? "smtps://" : "smtp://") + host + ":" + listener.getLocalPort() + query);
    }

    /** Commands and lines of messages; those over TLS begin with an asterisk. */
    List<String> lines() {
        return lines;
    }

    long connections() {
        return open.size();
    }

    /** Sends one more byte on each connection. */
    void drip(int octet) throws IOException {
        for (Socket client : open) {
            client.getOutputStream().write(octet);
            client.getOutputStream().flush();
        }
    }

    /** Waits until the other side has ended each connection. */
    void awaitEnds() {
        for (Socket client : open) {
            try {
                client.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException reset) {
                lines.add("ended");
            }
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                if (!isSilent) {
                    Thread thread = new Thread(() -> serve(client), "smtp-connection");
                    thread.setDaemon(true);
                    thread.start();
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket plain) {
        try (plain) {
            Socket client = isTlsFirst ? secured(plain) : plain;
            String mark = isTlsFirst ? "*" : "";
            say(client, "220 here");
            BufferedReader reader = reader(client);
            @Nullable String line = reader.readLine();
            while (line != null) {
                lines.add(mark + line);
                if (line.equals("STARTTLS") && tls.isPresent()) {
                    say(client, "220 go on");
                    client = secured(plain);
                    reader = reader(client);
                    mark = "*";
                } else if (line.equals("DATA")) {
                    say(client, "354 go on");
                    String part = reader.readLine();
                    while (part != null && !part.equals(".")) {
                        lines.add(mark + part);
                        part = reader.readLine();
                    }
                    say(client, "250 taken");
                } else if (!isSilentAtQuit || !line.equals("QUIT")) {
                    say(client, answer(line, mark.isEmpty()));
                }
                line = reader.readLine();
            }
        } catch (IOException e) { // the client went away, or did not trust us
            lines.add("ended");
        }
    }

    private Socket secured(Socket client) throws IOException {
        SSLSocket secured = (SSLSocket) tls.orElseThrow()
                .getSocketFactory()
                .createSocket(client, client.getInetAddress().getHostAddress(), client.getPort(), true);
        secured.setUseClientMode(false);
        return secured;
    }

    private String answer(String line, boolean isPlain) {
        if (line.startsWith("EHLO")) {
            return tls.isPresent() && isPlain ? "250-here\r\n250 STARTTLS" : "250-here\r\n250 AUTH PLAIN";
        }
        if (line.startsWith("RCPT")) {
            return recipientAnswer;
        }
        return line.startsWith("AUTH") ? "235 ok" : "250 ok";
    }

    private static BufferedReader reader(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void say(Socket client, String text) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
