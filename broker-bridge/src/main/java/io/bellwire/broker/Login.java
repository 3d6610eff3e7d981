package io.bellwire.broker;

import io.bellwire.registry.DeviceId;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that asks for nothing that devices may not have. Who it is from is not proven yet. Immutable, but for the
 * secret, which is not copied; not a record, so that the secret is in no {@code toString}.
 */
final class Login {
    private final MqttVersion version;
    private final String clientId;
    private final byte[] secret;
    private final int keepAliveSeconds;
    private final boolean keepAliveChanged;
    private final long maxPacketBytes;

    /** Only for a CONNECT that {@link #refusalOf} has nothing against. */
    Login(MqttConnectMessage connect, int keepAliveMaxSeconds) {
        MqttConnectVariableHeader header = connect.variableHeader();
        this.version = isMqtt5(header) ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
        this.clientId = connect.payload().clientIdentifier();
        this.secret = connect.payload().passwordInBytes();
        int asked = header.keepAliveTimeSeconds();
        this.keepAliveSeconds = asked == 0 || asked > keepAliveMaxSeconds ? keepAliveMaxSeconds : asked;
        this.keepAliveChanged = keepAliveSeconds != asked;
        this.maxPacketBytes = number(header.properties(), MqttPropertyType.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL);
    }

    /**
     * Why this CONNECT cannot be a login, or null if it can. An MQTT 5 client that does not ask for a clean start is let
     * in as long as its session ends with the connection: there never is an older session to go on with, and CONNACK
     * says so.
     */
    static @Nullable ConnectionRefusal refusalOf(MqttConnectMessage connect) {
        MqttConnectVariableHeader header = connect.variableHeader();
        MqttConnectPayload payload = connect.payload();
        if (header.version() < MqttVersion.MQTT_3_1_1.protocolLevel()) {
            return ConnectionRefusal.PROTOCOL_VERSION;
        }
        if (header.isWillFlag() || header.willQos() != 0 || header.isWillRetain()) {
            return ConnectionRefusal.WILL;
        }
        if (isPersistent(header)) {
            return ConnectionRefusal.PERSISTENT_SESSION;
        }
        if (header.properties().getProperty(MqttPropertyType.AUTHENTICATION_METHOD.value()) != null) {
            return ConnectionRefusal.AUTH_METHOD;
        }
        if (!DeviceId.isValid(payload.clientIdentifier()) && !Canaries.isName(payload.clientIdentifier())) {
            return ConnectionRefusal.CLIENT_ID;
        }
        if (payload.userName() == null || payload.passwordInBytes() == null) {
            return ConnectionRefusal.CREDENTIALS;
        }
        return payload.userName().equals(payload.clientIdentifier()) ? null : ConnectionRefusal.FOREIGN_CLIENT_ID;
    }

    /** Whether this CONNECT, good or bad, speaks MQTT 5. */
    static boolean isMqtt5(MqttConnectVariableHeader header) {
        return header.version() == MqttVersion.MQTT_5.protocolLevel();
    }

    private static boolean isPersistent(MqttConnectVariableHeader header) {
        return isMqtt5(header)
                ? number(header.properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0) != 0
                : !header.isCleanSession();
    }

    private static long number(MqttProperties properties, MqttPropertyType type, long otherwise) {
        MqttProperty<?> property = properties.getProperty(type.value());
        return property != null && property.value() instanceof Integer number
                ? Integer.toUnsignedLong(number)
                : otherwise;
    }

    String clientId() {
        return clientId;
    }

    /** Whether it uses the name of a canary. */
    boolean isCanary() {
        return Canaries.isName(clientId);
    }

    byte[] secret() {
        return secret;
    }

    boolean isMqtt5() {
        return version == MqttVersion.MQTT_5;
    }

    /** What it is held to. */
    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /** Whether that is not what it asked for. */
    boolean isKeepAliveChanged() {
        return keepAliveChanged;
    }

    /** The longest packet that this client takes. */
    long maxPacketBytes() {
        return maxPacketBytes;
    }

    /**
     * This CONNECT as Moquette gets to see it: without the secret and without properties, each of which would open one
     * more way into its code (one of them makes it remember response topics for ever).
     */
    MqttConnectMessage forMoquette() {
        return new MqttConnectMessage(
                new MqttFixedHeader(MqttMessageType.CONNECT, false, MqttQoS.AT_MOST_ONCE, false, 0),
                new MqttConnectVariableHeader(
                        version.protocolName(),
                        version.protocolLevel(),
                        true,
                        false,
                        false,
                        0,
                        false,
                        true,
                        keepAliveSeconds,
                        MqttProperties.NO_PROPERTIES),
                new MqttConnectPayload(clientId, MqttProperties.NO_PROPERTIES, null, null, clientId, null));
    }

    @Override
    public String toString() {
        return clientId;
    }
}
