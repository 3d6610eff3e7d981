package io.bellwire.broker;

import io.bellwire.broker.ConnectionRefusal.PacketForm;
import io.bellwire.log.DeviceId;
import io.bellwire.registry.Secret;
import io.bellwire.tls.ClientCertificate;
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
 * A CONNECT that demands nothing that a device may not have. The client is not authenticated yet. Immutable, except
 * for the secret, which is not copied; no record, so that no {@code toString} contains the secret.
 */
final class Login {
    /** More than the longest packet with a reason. */
    private static final int REASON_BYTES_MAX = 256;

    private final MqttVersion version;
    private final String clientId;
    private final byte @Nullable [] secret;
    private final int keepAliveSeconds;
    private final boolean keepAliveChanged;
    private final long maxPacketBytes;

    /** Only for a CONNECT for which {@link #refusalOf} returns null. */
    Login(MqttConnectMessage connect, int keepAliveMaxSeconds) {
        MqttConnectVariableHeader header = connect.variableHeader();
        this.version = isMqtt5(header) ? MqttVersion.MQTT_5 : MqttVersion.MQTT_3_1_1;
        this.clientId = connect.payload().clientIdentifier();
        this.secret = connect.payload().passwordInBytes();
        int requested = header.keepAliveTimeSeconds();
        this.keepAliveSeconds = requested == 0 || requested > keepAliveMaxSeconds ? keepAliveMaxSeconds : requested;
        this.keepAliveChanged = keepAliveSeconds != requested;
        this.maxPacketBytes = number(header.properties(), MqttPropertyType.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL);
    }

    /**
     * Why this CONNECT is refused, or null if it is not. An MQTT 5 client that does not ask for a clean start is
     * accepted if its session ends with the connection: there never is an older session to resume, and CONNACK says
     * so.
     *
     * @param certificate the client's, in place of user name and password or in addition to them; null for none
     */
    static @Nullable ConnectionRefusal refusalOf(MqttConnectMessage connect, @Nullable ClientCertificate certificate) {
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
        if (certificate != null && !certificate.isOf(payload.clientIdentifier())) {
            return ConnectionRefusal.CERTIFICATE;
        }
        if (certificate == null && (payload.userName() == null || payload.passwordInBytes() == null)) {
            return ConnectionRefusal.CREDENTIALS;
        }
        return payload.userName() == null || payload.userName().equals(payload.clientIdentifier())
                ? null
                : ConnectionRefusal.FOREIGN_CLIENT_ID;
    }

    /** What the last packet to the client may look like that has sent this CONNECT, valid or not. */
    static PacketForm answerForm(MqttConnectVariableHeader header) {
        if (!isMqtt5(header)) {
            return PacketForm.MQTT_3;
        }
        long bytesMax = number(header.properties(), MqttPropertyType.MAXIMUM_PACKET_SIZE, 0xFFFF_FFFFL);
        return bytesMax < REASON_BYTES_MAX ? PacketForm.MQTT_5_SHORT : PacketForm.MQTT_5;
    }

    private static boolean isMqtt5(MqttConnectVariableHeader header) {
        return header.version() == MqttVersion.MQTT_5.protocolLevel();
    }

    private static boolean isPersistent(MqttConnectVariableHeader header) {
        return isMqtt5(header)
                ? number(header.properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, 0) != 0
                : !header.isCleanSession();
    }

    private static long number(MqttProperties properties, MqttPropertyType type, long defaultValue) {
        MqttProperty<?> property = properties.getProperty(type.value());
        return property != null && property.value() instanceof Integer number
                ? Integer.toUnsignedLong(number)
                : defaultValue;
    }

    String clientId() {
        return clientId;
    }

    /** Whether the client id is that of a canary. */
    boolean isCanary() {
        return Canaries.isName(clientId);
    }

    /** Null if the client has sent none: its certificate names it. */
    byte @Nullable [] secret() {
        return secret;
    }

    /** See {@link Secret#fingerprint}; 0 without a secret, which is that of no account. */
    long secretFingerprint() {
        return secret == null ? 0 : Secret.of(secret).fingerprint();
    }

    boolean isMqtt5() {
        return version == MqttVersion.MQTT_5;
    }

    /** The keep-alive that was granted. */
    int keepAliveSeconds() {
        return keepAliveSeconds;
    }

    /** Whether the granted keep-alive differs from the requested one. */
    boolean isKeepAliveChanged() {
        return keepAliveChanged;
    }

    /** The longest packet that this client accepts. */
    long maxPacketBytes() {
        return maxPacketBytes;
    }

    /**
     * This CONNECT as it is passed to Moquette: without the secret and without properties, which would reach more of
     * its code (one of them makes Moquette keep response topics for ever).
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
