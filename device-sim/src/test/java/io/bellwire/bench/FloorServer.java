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
 * The floor under the product's figures: the same HTTP server, doing the least that could be called an answer. A POST is
 * appended to one file, whatever waits together, and answered after one fdatasync; a GET is answered from a constant of
 * the size that its path ends in.
 */
final class FloorServer {
    private static final int QUEUE = 8_192;
    private static final int ANSWERS_PER_TASK = 32;

    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(QUEUE);
    private final FileChannel file;
    private final Executor answering;

    private record Pending(ByteBuffer body, Response response, Callback callback) {}

    private FloorServer(FileChannel file, Executor answering) {
        this.file = file;
        this.answering = answering;
    }

    /** Argument: the folder for the file. Prints where it listens. */
    public static void main(String[] args) throws Exception {
        QueuedThreadPool threads = new QueuedThreadPool(32);
        Server server = new Server(threads);
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        FileChannel file = FileChannel.open(
                Path.of(args[0]).resolve("floor"), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        FloorServer floor = new FloorServer(file, threads);
        server.setHandler(floor.handler());
        server.start();
        Thread writer = new Thread(floor::write, "floor-writer");
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
        List<Pending> group = new ArrayList<>();
        try {
            while (true) {
                group.add(queue.take());
                queue.drainTo(group, 1_023);
                ByteBuffer[] bodies = group.stream().map(Pending::body).toArray(ByteBuffer[]::new);
                while (bodies[bodies.length - 1].hasRemaining()) {
                    file.write(bodies);
                }
                file.force(false);
                for (int from = 0; from < group.size(); from += ANSWERS_PER_TASK) {
                    List<Pending> some =
                            List.copyOf(group.subList(from, Math.min(group.size(), from + ANSWERS_PER_TASK)));
                    answering.execute(() -> some.forEach(FloorServer::answer));
                }
                group.clear();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the floor gave way", e);
        }
    }

    private static void answer(Pending pending) {
        pending.response().setStatus(201);
        ByteBuffer body = pending.body().flip();
        pending.response().getHeaders().put(HttpHeader.CONTENT_LENGTH, body.remaining());
        pending.response().write(true, body, pending.callback());
    }
}
