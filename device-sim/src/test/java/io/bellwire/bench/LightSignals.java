package io.bellwire.bench;

import io.bellwire.device.Cursor;
import io.bellwire.net.Identity;
import io.bellwire.net.MqttSignals;
import io.bellwire.net.SignalJson;
import io.bellwire.net.SignalSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Signals over MQTT 5 in as few bytes and objects as that takes. What it does not expect from a broker cuts the call. */
final class LightSignals implements SignalSource {
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBACK = 9;
    /** Longer than any benchmark runs without a word from the broker, so that no device need say that it is there. */
    private static final int KEEP_ALIVE_SECONDS = 300;

    private final Loop loop;
    private final InetSocketAddress broker;

    LightSignals(Loop loop, InetSocketAddress broker) {
        this.loop = loop;
        this.broker = broker;
    }

    @Override
    public Call dial(Identity who, Cursor place, Ear ear) {
        Line line = new Line(who, ear);
        loop.execute(line::dial);
        return () -> loop.execute(line::hangUp);
    }

    /** The loop is whose it is. */
    @Override
    public void close() {}

    private final class Line implements Wire.Ear {
        private final Identity who;
        private final Ear ear;
        private Wire wire;

        private Line(Identity who, Ear ear) {
            this.who = who;
            this.ear = ear;
        }

        private void dial() {
            wire = loop.open(broker, this);
            wire.send(connect(who));
        }

        private void hangUp() {
            if (wire != null) {
                wire.close();
            }
        }

        @Override
        public void closed(String why) {
            ear.cut(why);
        }

        @Override
        public int read(byte[] bytes, int length) {
            ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
            int taken = 0;
            while (in.remaining() >= 2) {
                int type = (in.get() & 0xFF) >> 4;
                int packet = variableInt(in);
                if (packet < 0 || in.remaining() < packet) {
                    break;
                }
                if (!receive(type, bytes, in.position(), packet)) {
                    wire.close();
                    ear.cut("an unexpected packet of type " + type);
                    return length;
                }
                in.position(in.position() + packet);
                taken = in.position();
            }
            return taken;
        }

        private boolean receive(int type, byte[] bytes, int from, int length) {
            switch (type) {
                case CONNACK -> {
                    wire.send(subscribe(who));
                    return bytes[from + 1] == 0;
                }
                case SUBACK -> {
                    ear.listening();
                    return bytes[from + length - 1] == 0;
                }
                case PUBLISH -> {
                    ByteBuffer packet = ByteBuffer.wrap(bytes, from, length);
                    packet.position(packet.position() + 2 + packet.getShort(from));
                    int properties = variableInt(packet);
                    int payload = packet.position() + properties;
                    try {
                        ear.heard(SignalJson.parse(Arrays.copyOfRange(bytes, payload, from + length)));
                    } catch (IOException e) {
                        return false;
                    }
                    return true;
                }
                default -> {
                    return false;
                }
            }
        }
    }

    /** -1 if it is not all there. */
    private static int variableInt(ByteBuffer in) {
        int value = 0;
        for (int shift = 0; in.hasRemaining(); shift += 7) {
            int digit = in.get();
            value |= (digit & 0x7F) << shift;
            if (digit >= 0) {
                return value;
            }
        }
        return -1;
    }

    private static byte[] connect(Identity who) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        text(body, "MQTT");
        // version 5, clean start with user name and password, keep-alive, no properties
        body.writeBytes(new byte[] {5, (byte) 0xC2, (byte) (KEEP_ALIVE_SECONDS >> 8), (byte) KEEP_ALIVE_SECONDS, 0});
        text(body, who.id().value());
        text(body, who.id().value());
        text(body, who.secret());
        return packet(0x10, body);
    }

    private static byte[] subscribe(Identity who) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(new byte[] {0, 1, 0}); // packet id, no properties
        text(body, MqttSignals.topicOf(who));
        body.write(0); // QoS 0
        return packet(0x82, body);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length >> 8);
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static byte[] packet(int header, ByteArrayOutputStream body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(header);
        if (body.size() > 0x7F) {
            all.write((body.size() & 0x7F) | 0x80);
        }
        all.write(body.size() > 0x7F ? body.size() >> 7 : body.size());
        all.writeBytes(body.toByteArray());
        return all.toByteArray();
    }
}
