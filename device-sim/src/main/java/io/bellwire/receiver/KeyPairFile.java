package io.bellwire.receiver;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.util.Base64;
import java.util.List;

/**
 * A key pair of a certifier's own, for receivers that verify with a public key only: nobody but Bellwire has the private
 * key of an endpoint. The file has two lines, {@code whsk_...} and {@code whpk_...}. Immutable.
 *
 * @param privateText what calls are signed with
 * @param publicText what the receiver must have while it is checked
 */
public record KeyPairFile(String privateText, String publicText) {
    /** Reads the file; makes it, for nobody else to read, if there is none. */
    public static KeyPairFile open(Path file) throws IOException {
        if (!Files.exists(file)) {
            KeyPairFile made = draw();
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(file, List.of(made.privateText(), made.publicText()));
            return made;
        }
        List<String> lines = Files.readAllLines(file);
        if (lines.size() != 2
                || !lines.get(0).startsWith(CallSigner.PRIVATE_PREFIX)
                || !lines.get(1).startsWith(ReceiverKey.PUBLIC_PREFIX)) {
            throw new IOException(file + " must have two lines, whsk_... and whpk_...");
        }
        return new KeyPairFile(lines.get(0), lines.get(1));
    }

    private static KeyPairFile draw() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] seed = ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow();
            Base64.Encoder base64 = Base64.getEncoder();
            return new KeyPairFile(
                    CallSigner.PRIVATE_PREFIX + base64.encodeToString(seed),
                    ReceiverKey.PUBLIC_PREFIX + base64.encodeToString(encoded((EdECPublicKey) pair.getPublic())));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", impossible);
        }
    }

    /** RFC 8032: 32 bytes, the lowest first, of which the highest bit is the sign of x and the rest is y. */
    private static byte[] encoded(EdECPublicKey key) {
        BigInteger y = key.getPoint().getY();
        byte[] bytes = new byte[ReceiverKey.BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = y.shiftRight(8 * i).byteValue();
        }
        if (key.getPoint().isXOdd()) {
            bytes[bytes.length - 1] |= (byte) 0x80;
        }
        return bytes;
    }

    /** Without the private key. */
    @Override
    public String toString() {
        return publicText;
    }
}
