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
 * Requests over a bounded number of keep-alive connections, one at a time on each; what is over the bound waits in order.
 * Used only on its loop's thread.
 */
final class HttpPool {
    private static final long RECONNECT_MILLIS = 100;

    private final Loop loop;
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

    HttpPool(Loop loop, URI server, int connectionsMax) {
        this.loop = loop;
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        this.connectionsMax = connectionsMax;
    }

    /** How many requests could be sent at once, without waiting. */
    int free() {
        return idle.size() + connectionsMax - connections.size();
    }

    /** @param done gets the answer, null if the connection was lost before there was one */
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

    /** Closes every connection; nobody hears of what is under way. The next request opens a new one. */
    void close() {
        connections.forEach(connection -> connection.wire.close());
        connections.clear();
        idle.clear();
        waiting.clear();
    }

    private final class Connection implements Wire.Ear {
        private final Wire wire = loop.open(server, this);
        private Request underWay;

        void send(Request request) {
            underWay = request;
            wire.send(request.bytes);
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
