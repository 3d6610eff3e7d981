package io.bellwire.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** One TCP connection of a {@link Loop}, used on its thread alone. */
final class Wire {
    private static final int BUFFER_BYTES = 1 << 10;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Ear ear;
    private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
    private byte[] in = new byte[BUFFER_BYTES];
    private int held;

    /** Who is at its end. */
    interface Ear {
        /** How many of the first {@code length} bytes it has taken; the rest comes again, with more behind it. */
        int read(byte[] bytes, int length);

        /** The other side has closed it, or cannot be reached. */
        void closed(String why);
    }

    Wire(SocketChannel channel, SelectionKey key, Ear ear) {
        this.channel = channel;
        this.key = key;
        this.ear = ear;
    }

    /** Sends it, as soon as the connection stands. */
    void send(byte[] bytes) {
        unsent.add(ByteBuffer.wrap(bytes));
        if (unsent.size() == 1 && channel.isConnected()) {
            write();
        }
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException closedAnyway) {
            // there is nothing that it could still be needed for
        }
    }

    void ready() {
        if (!key.isValid()) {
            return;
        }
        try {
            if (key.isConnectable()) {
                channel.finishConnect();
                write();
            } else if (key.isWritable()) {
                write();
            }
            if (key.isValid() && key.isReadable()) {
                read();
            }
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    private void write() {
        try {
            while (!unsent.isEmpty()) {
                channel.write(unsent.peek());
                if (unsent.peek().hasRemaining()) {
                    break;
                }
                unsent.remove();
            }
            key.interestOps(unsent.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        } catch (IOException e) {
            lost(e.toString());
        }
    }

    private void read() throws IOException {
        int read = channel.read(ByteBuffer.wrap(in, held, in.length - held));
        if (read < 0) {
            lost("closed by the server");
            return;
        }
        held += read;
        int taken = ear.read(in, held);
        held -= taken;
        if (held == in.length) {
            in = Arrays.copyOf(in, 2 * in.length);
        } else if (held > 0 && taken > 0) {
            System.arraycopy(in, taken, in, 0, held);
        }
    }

    private void lost(String why) {
        close();
        ear.closed(why);
    }
}
