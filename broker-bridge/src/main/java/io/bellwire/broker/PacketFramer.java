package io.bellwire.broker;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import java.util.List;

/**
 * Cuts the stream into packets by their length, ahead of Netty's decoder, and marks the end of each. The decoder
 * follows the lengths inside a packet: if these lead past the packet's end, it would wait, and then read the next
 * packets as the rest of this one. Used only on the channel's event loop.
 */
final class PacketFramer extends ByteToMessageDecoder {
    /** Follows every packet. A packet that the decoder has not decoded by then is malformed. */
    static final Object END = new Object();

    private static final int LENGTH_BYTES = 4;

    private final int maxPacketBytes;
    private boolean broken;

    /** @param maxPacketBytes without the fixed header, as the decoder counts */
    PacketFramer(int maxPacketBytes) {
        this.maxPacketBytes = maxPacketBytes;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int remaining = 0;
        for (int i = 0; i < LENGTH_BYTES; i++) {
            if (in.readableBytes() < i + 2) {
                return;
            }
            int digit = in.getByte(in.readerIndex() + 1 + i);
            remaining |= (digit & 0x7F) << (7 * i);
            if ((digit & 0x80) == 0) {
                frame(in, 2 + i, remaining, out);
                return;
            }
        }
        fail(in, new DecoderException("the length takes more than " + LENGTH_BYTES + " bytes"), out);
    }

    private void frame(ByteBuf in, int header, int remaining, List<Object> out) {
        if (remaining > maxPacketBytes) {
            fail(in, new TooLongFrameException("a packet of " + remaining + " bytes"), out);
        } else if (in.readableBytes() >= header + remaining) {
            out.add(in.readRetainedSlice(header + remaining));
            out.add(END);
        }
    }

    private void fail(ByteBuf in, DecoderException why, List<Object> out) {
        broken = true;
        in.skipBytes(in.readableBytes());
        out.add(MqttMessageFactory.newInvalidMessage(why));
    }
}
