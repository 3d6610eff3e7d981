package io.bellwire.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The lower bound of the product's figures: the same HTTP server with the least possible work. It appends all waiting
 * POSTs to one file, and answers them after one fdatasync; it answers a GET from a constant of the size at the end of
 * its path.
 */
final class LowerBoundServer {
    private static final int QUEUE = 8_192;
    private static final int ANSWERS_PER_TASK = 32;

    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final FileChannel file;
    private final Executor answerer;

    private record Pending(ByteBuffer body, Response response, Callback callback) {}

    private LowerBoundServer(FileChannel file, Executor answerer) {
        this.file = file;
        this.answerer = answerer;
    }

    /** Argument: the folder for the file. Prints its address. */
    public static void main(String[] args) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(32);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        FileChannel file = FileChannel.open(
                Path.of(args[0]).resolve("lower-bound"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        LowerBoundServer lowerBound = new LowerBoundServer(file, threads);
        server.setHandler(lowerBound.handler());
        server.start();
        Thread writer = new Thread(lowerBound::write, "lower-bound-writer");
        writer.setDaemon(true);
        writer.start();
        System.out.println("{\"http\":\"http://127.0.0.1:" + connector.getLocalPort() + "\"}");
        server.join();
    }

    private Handler handler() {
        return new Handler.Abstract.NonBlocking() {
            private volatile byte[] constant = new byte[0];

            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                if (request.getMethod().equals("POST")) {
                    Content.Source.asByteBuffer(
                            request,
                            org.eclipse.jetty.util.Promise.from(
                                    body -> queue.add(new Pending(body, response, callback)), callback::failed));
                    return true;
                }
                String path = Request.getPathInContext(request);
                int size = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
                if (constant.length != size) {
                    constant = new byte[size];
                }
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, size);
                response.write(true, ByteBuffer.wrap(constant), callback);
                return true;
            }
        };
    }

    private void write() {
        List<Pending> batch = new ArrayList<>();
        try {
            while (true) {
                batch.add(queue.take());
                queue.drainTo(batch, 1_023);
                ByteBuffer[] bodies = batch.stream().map(Pending::body).toArray(ByteBuffer[]::new);
                while (bodies[bodies.length - 1].hasRemaining()) {
                    file.write(bodies);
                }
                file.force(false);
                for (int from = 0; from < batch.size(); from += ANSWERS_PER_TASK) {
                    List<Pending> some =
                            List.copyOf(batch.subList(from, Math.min(batch.size(), from + ANSWERS_PER_TASK)));
                    answerer.execute(() -> some.forEach(LowerBoundServer::answer));
                }
                batch.clear();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("cannot write the file", e);
        }
    }

    private static void answer(Pending pending) {
        pending.response().setStatus(201);
        ByteBuffer body = pending.body().flip();
        pending.response().getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        pending.response().write(true, body, pending.callback());
    }
}
