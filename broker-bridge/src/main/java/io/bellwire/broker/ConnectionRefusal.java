package io.bellwire.broker;

import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why the broker closes a connection, and which code the client gets: a CONNACK code while it has no CONNACK yet, a
 * DISCONNECT reason afterwards (MQTT 5 only; MQTT 3.1.1 has no such packet). If the code is null, the connection
 * closes without a packet.
 */
enum ConnectionRefusal {
    /** WebSocket: the request does not open a WebSocket for MQTT. The client gets an HTTP response. */
    HANDSHAKE(null, null, Disconnect.PROTOCOL_ERROR),
    /** WebSocket: pages of this origin may not connect. The client gets an HTTP response. */
    ORIGIN(null, null, Disconnect.NOT_AUTHORIZED),
    /** The first packet is not CONNECT. MQTT demands to close without a packet. */
    NOT_CONNECT(null, null, Disconnect.PROTOCOL_ERROR),
    MALFORMED(null, null, Disconnect.MALFORMED_PACKET),
    TOO_LARGE(null, null, Disconnect.PACKET_TOO_LARGE),
    PROTOCOL_VERSION(
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION,
            Disconnect.PROTOCOL_ERROR),
    CLIENT_ID(
            MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
            Disconnect.PROTOCOL_ERROR),
    FOREIGN_CLIENT_ID(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            Disconnect.NOT_AUTHORIZED),
    CREDENTIALS(
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
            Disconnect.NOT_AUTHORIZED),
    AUTH_METHOD(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
            Disconnect.PROTOCOL_ERROR),
    WILL(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_IMPLEMENTATION_SPECIFIC,
            Disconnect.NOT_AUTHORIZED),
    PERSISTENT_SESSION(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_IMPLEMENTATION_SPECIFIC,
            Disconnect.PROTOCOL_ERROR),
    /** The session loop or the authenticator failed or did not answer. */
    UNAVAILABLE(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            Disconnect.SERVER_BUSY),
    FULL(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED,
            Disconnect.QUOTA_EXCEEDED),
    ADDRESS_FULL(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED,
            Disconnect.QUOTA_EXCEEDED),
    /** No CONNACK before the connect timeout. */
    CONNECT_TIMEOUT(null, null, Disconnect.MAXIMUM_CONNECT_TIME),
    SECOND_CONNECT(null, null, Disconnect.PROTOCOL_ERROR),
    PUBLISH(null, null, Disconnect.NOT_AUTHORIZED),
    PROTOCOL(null, null, Disconnect.PROTOCOL_ERROR),
    /** The client sent too many packets while it had to wait for an answer. */
    FLOOD(null, null, Disconnect.MESSAGE_RATE_TOO_HIGH),
    KEEP_ALIVE(null, null, Disconnect.KEEP_ALIVE_TIMEOUT),
    TAKEN_OVER(null, null, Disconnect.SESSION_TAKEN_OVER),
    DISCONNECTED_BY_US(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            Disconnect.ADMINISTRATIVE_ACTION),
    STOPPING(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            Disconnect.SERVER_SHUTTING_DOWN);

    private final @Nullable MqttConnectReturnCode connackV3;
    private final @Nullable MqttConnectReturnCode connackV5;
    private final Disconnect disconnect;

    ConnectionRefusal(
            @Nullable MqttConnectReturnCode connackV3,
            @Nullable MqttConnectReturnCode connackV5,
            Disconnect disconnect) {
        this.connackV3 = connackV3;
        this.connackV5 = connackV5;
        this.disconnect = disconnect;
    }

    /** The refusal for a packet that could not be decoded. */
    static ConnectionRefusal ofMalformed(Throwable cause) {
        if (cause instanceof MqttUnacceptableProtocolVersionException) {
            return PROTOCOL_VERSION;
        }
        return cause instanceof TooLongFrameException ? TOO_LARGE : MALFORMED;
    }

    /** The packet for a client that has no CONNACK yet; null for none. */
    @Nullable MqttMessage connAck(boolean mqtt5) {
        MqttConnectReturnCode code = mqtt5 ? connackV5 : connackV3;
        return code == null
                ? null
                : MqttMessageBuilders.connAck()
                        .returnCode(code)
                        .sessionPresent(false)
                        .build();
    }

    /** The packet for a client that is connected; null for none. */
    @Nullable MqttMessage disconnect(boolean mqtt5) {
        return mqtt5
                ? MqttMessageBuilders.disconnect()
                        .reasonCode(disconnect.byteValue())
                        .build()
                : null;
    }

    /** The value of the metric's tag. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
