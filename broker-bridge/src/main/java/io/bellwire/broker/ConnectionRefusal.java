package io.bellwire.broker;

import io.bellwire.log.DeviceId;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageBuilders.ConnAckPropertiesBuilder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttProperties.StringProperty;
import io.netty.handler.codec.mqtt.MqttReasonCodes.Disconnect;
import io.netty.handler.codec.mqtt.MqttUnacceptableProtocolVersionException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why the broker closes a connection, and which code the client gets: a CONNACK code while it has no CONNACK yet, a
 * DISCONNECT reason afterwards (MQTT 5 only; MQTT 3.1.1 has no such packet). If the code is null, the connection
 * closes without a packet. MQTT 5 clients get the reason in words as well, and the server logs it.
 */
enum ConnectionRefusal {
    /** WebSocket: the request does not open a WebSocket for MQTT. The client gets an HTTP response. */
    HANDSHAKE(null, null, Disconnect.PROTOCOL_ERROR, "open a WebSocket for MQTT"),
    /** WebSocket: pages of this origin may not connect. The client gets an HTTP response. */
    ORIGIN(null, null, Disconnect.NOT_AUTHORIZED, "pages of this origin may not connect"),
    /** The handshake of TLS has failed; TLS itself tells the client why. */
    TLS(null, null, Disconnect.PROTOCOL_ERROR, "the TLS handshake has failed"),
    /** A trusted proxy has sent a malformed header of the PROXY protocol. */
    PROXY_HEADER(null, null, Disconnect.PROTOCOL_ERROR, "the header of the PROXY protocol is malformed"),
    /** The first packet is not CONNECT. MQTT demands to close without a packet. */
    NOT_CONNECT(null, null, Disconnect.PROTOCOL_ERROR, "send CONNECT first"),
    MALFORMED(null, null, Disconnect.MALFORMED_PACKET, "the packet is malformed"),
    TOO_LARGE(null, null, Disconnect.PACKET_TOO_LARGE, "the packet is too large: CONNACK says how large one may be"),
    PROTOCOL_VERSION(
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION,
            MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION,
            Disconnect.PROTOCOL_ERROR,
            "use MQTT 5 or 3.1.1"),
    CLIENT_ID(
            MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED,
            MqttConnectReturnCode.CONNECTION_REFUSED_CLIENT_IDENTIFIER_NOT_VALID,
            Disconnect.PROTOCOL_ERROR,
            "the client id must be a device id: " + DeviceId.FORM),
    FOREIGN_CLIENT_ID(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            Disconnect.NOT_AUTHORIZED,
            "the user name must be the client id"),
    CERTIFICATE(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            Disconnect.NOT_AUTHORIZED,
            "the client id must be the one that the certificate names"),
    CREDENTIALS(
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD,
            Disconnect.NOT_AUTHORIZED,
            "the secret is wrong or missing, or the device is disabled"),
    AUTH_METHOD(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_BAD_AUTHENTICATION_METHOD,
            Disconnect.PROTOCOL_ERROR,
            "use no authentication method: the password is the secret"),
    WILL(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_IMPLEMENTATION_SPECIFIC,
            Disconnect.NOT_AUTHORIZED,
            "connect without a last will"),
    PERSISTENT_SESSION(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_IMPLEMENTATION_SPECIFIC,
            Disconnect.PROTOCOL_ERROR,
            "connect with clean start or clean session, and without a session expiry"),
    /** The session loop or the authenticator failed or did not answer. */
    UNAVAILABLE(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            Disconnect.SERVER_BUSY,
            "the server cannot do this now: connect again later"),
    FULL(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED,
            Disconnect.QUOTA_EXCEEDED,
            "the server has as many connections as it may: connect again later"),
    ADDRESS_FULL(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_QUOTA_EXCEEDED,
            Disconnect.QUOTA_EXCEEDED,
            "there are too many connections from this address: close some, or connect again later"),
    /** The address has connected too often in too short a time. */
    CONNECT_RATE(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
            Disconnect.CONNECTION_RATE_EXCEEDED,
            "this address connects too often: connect again later, with backoff"),
    /** The device has logged in too often in too short a time. */
    LOGIN_RATE(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
            Disconnect.CONNECTION_RATE_EXCEEDED,
            "this device logs in too often: use backoff, and one connection for each device id"),
    /** Too many logins have failed: the secret was not looked up. */
    FAILED_LOGINS(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_CONNECTION_RATE_EXCEEDED,
            Disconnect.CONNECTION_RATE_EXCEEDED,
            "too many failed logins: check the secret, and connect again in a minute"),
    /** No CONNACK before the connect timeout. */
    CONNECT_TIMEOUT(null, null, Disconnect.MAXIMUM_CONNECT_TIME, "the login took too long"),
    /** It has not read a page of its feed in time. */
    UNREAD(null, null, Disconnect.QUOTA_EXCEEDED, "a page was not read in time: read pages as fast as they come"),
    /** It was the oldest of too many connections on which nobody had asked to log in. */
    SILENT(
            null,
            null,
            Disconnect.MAXIMUM_CONNECT_TIME,
            "too many connections wait without a login: send CONNECT at once"),
    SECOND_CONNECT(null, null, Disconnect.PROTOCOL_ERROR, "send CONNECT only once"),
    PUBLISH(
            null,
            null,
            Disconnect.NOT_AUTHORIZED,
            "a device may not publish this, or has not subscribed to the answer"),
    PROTOCOL(null, null, Disconnect.PROTOCOL_ERROR, "a client must not send this packet"),
    /** The client sent too many packets while it had to wait for an answer. */
    FLOOD(null, null, Disconnect.MESSAGE_RATE_TOO_HIGH, "wait for an answer before sending more"),
    KEEP_ALIVE(null, null, Disconnect.KEEP_ALIVE_TIMEOUT, "no packet came within one and a half times the keep-alive"),
    TAKEN_OVER(null, null, Disconnect.SESSION_TAKEN_OVER, "another connection has logged in with this client id"),
    DISCONNECTED_BY_US(
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED,
            MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED_5,
            Disconnect.ADMINISTRATIVE_ACTION,
            "the device was disabled, or has a new secret"),
    STOPPING(
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE,
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5,
            Disconnect.SERVER_SHUTTING_DOWN,
            "the server is stopping: connect again later");

    private final @Nullable MqttConnectReturnCode connackV3;
    private final @Nullable MqttConnectReturnCode connackV5;
    private final Disconnect disconnect;
    private final String reason;

    ConnectionRefusal(
            @Nullable MqttConnectReturnCode connackV3,
            @Nullable MqttConnectReturnCode connackV5,
            Disconnect disconnect,
            String reason) {
        this.connackV3 = connackV3;
        this.connackV5 = connackV5;
        this.disconnect = disconnect;
        this.reason = reason;
    }

    /** The refusal for a packet that could not be decoded. */
    static ConnectionRefusal ofMalformed(Throwable cause) {
        if (cause instanceof MqttUnacceptableProtocolVersionException) {
            return PROTOCOL_VERSION;
        }
        return cause instanceof TooLongFrameException ? TOO_LARGE : MALFORMED;
    }

    /** What is wrong and what to change, in words. */
    String reason() {
        return reason;
    }

    /** The packet for a client that has no CONNACK yet; null for none. */
    @Nullable MqttMessage connAck(PacketForm form) {
        MqttConnectReturnCode code = form.isMqtt5() ? connackV5 : connackV3;
        if (code == null) {
            return null;
        }
        ConnAckPropertiesBuilder properties = new ConnAckPropertiesBuilder();
        if (form.hasReason()) {
            properties.reasonString(reason);
        }
        return MqttMessageBuilders.connAck()
                .returnCode(code)
                .sessionPresent(false)
                .properties(properties.build())
                .build();
    }

    /** The packet for a client that is connected; null for none. */
    @Nullable MqttMessage disconnect(PacketForm form) {
        if (!form.isMqtt5()) {
            return null;
        }
        MqttProperties properties = new MqttProperties();
        if (form.hasReason()) {
            properties.add(new StringProperty(MqttPropertyType.REASON_STRING.value(), reason));
        }
        return MqttMessageBuilders.disconnect()
                .reasonCode(disconnect.byteValue())
                .properties(properties)
                .build();
    }

    /** What the last packet to a client may look like. */
    enum PacketForm {
        MQTT_3,
        MQTT_5,
        /** MQTT 5, for a client that accepts only packets that are too short for a reason. */
        MQTT_5_SHORT;

        boolean isMqtt5() {
            return this != MQTT_3;
        }

        boolean hasReason() {
            return this == MQTT_5;
        }
    }

    /** The value of the metric's tag. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
