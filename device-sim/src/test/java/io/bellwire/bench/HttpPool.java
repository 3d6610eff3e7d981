package io.bellwire.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sends requests over a bounded number of keep-alive connections, one at a time on each; further requests wait in
 * order. Used only on its loop's thread.
 */
final class HttpPool {
    private static final long RECONNECT_MILLIS = 100;

    private final EventLoop loop;
    private final InetSocketAddress server;
    private final int connectionsMax;
    private final Set<Connection> connections = new HashSet<>(2);
    private final Deque<Connection> idle = new ArrayDeque<>(2);
    private final Queue<Request> waiting = new ArrayDeque<>(2);

    private static final class Request {
        final byte[] bytes;
        final Consumer<HttpAnswer> done;

        Request(byte[] bytes, Consumer<HttpAnswer> done) {
            this.bytes = bytes;
            this.done = done;
        }
    }

    HttpPool(EventLoop loop, URI server, int connectionsMax) {
        this.loop = loop;
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.connectionsMax = connectionsMax;
    }

    /** How many requests can be sent now without waiting. */
    int free() {
        return idle.size() + connectionsMax - connections.size();
    }

    /** @param done is called with the answer; with null if the connection was lost before */
    void send(byte[] request, Consumer<HttpAnswer> done) {
        waiting.add(new Request(request, done));
        sendWaiting();
    }

    private void sendWaiting() {
        while (!waiting.isEmpty() && free() > 0) {
            Connection connection = idle.pollLast();
            if (connection == null) {
                connection = new Connection();
                connections.add(connection);
            }
            connection.send(waiting.remove());
        }
    }

    /**
     * Closes every connection and drops all requests without calling {@code done}. The next request opens a new
     * connection.
     */
    void close() {
        connections.forEach(connection -> connection.connection.close());
        connections.clear();
        idle.clear();
        waiting.clear();
    }

    private final class Connection implements LoopConnection.Listener {
        private final LoopConnection connection = loop.open(server, this);
        private Request underWay;

        void send(Request request) {
            underWay = request;
            connection.send(request.bytes);
        }

        @Override
        public int read(byte[] bytes, int length) {
            HttpAnswer answer = HttpAnswer.at(bytes, length);
            if (answer == null || underWay == null) {
                return 0;
            }
            Request answered = underWay;
            underWay = null;
            idle.addLast(this);
            sendWaiting();
            answered.done.accept(answer);
            return answer.length();
        }

        @Override
        public void closed(String why) {
            connections.remove(this);
            idle.remove(this);
            Request lost = underWay;
            underWay = null;
            if (lost != null) {
                lost.done.accept(null);
            }
            if (!waiting.isEmpty()) {
                loop.after(RECONNECT_MILLIS, HttpPool.this::sendWaiting);
            }
        }
    }
}
