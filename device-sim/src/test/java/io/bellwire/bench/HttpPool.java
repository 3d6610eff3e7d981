package io.bellwire.bench;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * Requests over a bounded number of keep-alive connections, one at a time on each; what is over the bound waits in order.
 * Used on its loop's thread alone.
 */
final class HttpPool {
    private final Loop loop;
    private final InetSocketAddress server;
    private final int connectionsMax;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Queue<Request> waiting = new ArrayDeque<>();
    private int connections;

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

    /** @param done gets the answer, null if the connection was lost before there was one */
    void send(byte[] request, Consumer<HttpAnswer> done) {
        Connection connection = idle.pollLast();
        if (connection == null && connections < connectionsMax) {
            connections++;
            connection = new Connection();
        }
        if (connection == null) {
            waiting.add(new Request(request, done));
        } else {
            connection.send(new Request(request, done));
        }
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
            if (answer == null) {
                return 0;
            }
            Request answered = underWay;
            underWay = null;
            answered.done.accept(answer);
            Request next = waiting.poll();
            if (next == null) {
                idle.addLast(this);
            } else {
                send(next);
            }
            return answer.length();
        }

        @Override
        public void closed(String why) {
            connections--;
            idle.remove(this);
            Request lost = underWay;
            underWay = null;
            if (lost != null) {
                lost.done.accept(null);
            }
        }
    }
}
