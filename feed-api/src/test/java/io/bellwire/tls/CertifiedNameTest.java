package io.bellwire.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** The id that a client's certificate names. */
class CertifiedNameTest {
    private static X509Certificate certificate(String subject, GeneralName... names) throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        Date now = Date.from(Instant.EPOCH);
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=authority"), BigInteger.ONE, now, now, new X500Name(subject), keys.getPublic());
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static GeneralName uri(String name) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }

    @Test
    void commonNameIsFoundWhereverItStands() throws Exception {
        assertEquals(Optional.of("grill-1"), CertifiedName.SUBJECT_CN.of(certificate("CN=grill-1")));
        assertEquals(
                Optional.of("grill-1"), CertifiedName.SUBJECT_CN.of(certificate("O=CN\\=fryer, CN=grill-1, C=DE")));
        assertEquals(Optional.empty(), CertifiedName.SUBJECT_CN.of(certificate("O=grill-1")));
        assertEquals(
                Optional.of("x,CN=grill-1"),
                CertifiedName.SUBJECT_CN.of(certificate("CN=x\\,CN\\=grill-1")),
                "a part of another name is no name");
    }

    @Test
    void alternativeNamesCountOnlyForTheirOwnKind() throws Exception {
        X509Certificate certificate =
                certificate("CN=other", dns("grill-1"), uri("spiffe://example.org/device/fryer-1"));
        assertEquals(Optional.of("grill-1"), CertifiedName.SAN_DNS.of(certificate));
        assertEquals(Optional.of("fryer-1"), CertifiedName.SAN_URI.of(certificate));
        assertEquals(Optional.of("fryer-1"), CertifiedName.SAN_URI.of(certificate("CN=x", uri("urn:device:fryer-1"))));
        assertEquals(Optional.empty(), CertifiedName.SAN_DNS.of(certificate("CN=grill-1")));
    }

    @Test
    void severalNamesAreNone() throws Exception {
        assertEquals(Optional.empty(), CertifiedName.SUBJECT_CN.of(certificate("CN=grill-1, CN=fryer-1")));
        assertEquals(Optional.empty(), CertifiedName.SAN_DNS.of(certificate("CN=x", dns("grill-1"), dns("fryer-1"))));
    }
}
