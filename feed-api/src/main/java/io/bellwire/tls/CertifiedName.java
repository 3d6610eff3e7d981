package io.bellwire.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** The part of a client's certificate that names its device or partner. */
public enum CertifiedName {
    /** The common name of the subject. */
    SUBJECT_CN {
        @Override
        List<String> all(X509Certificate certificate) {
            try {
                return new LdapName(certificate.getSubjectX500Principal().getName())
                        .getRdns().stream()
                                .filter(part -> part.getType().equalsIgnoreCase("CN"))
                                .map(part -> String.valueOf(part.getValue()))
                                .toList();
            } catch (InvalidNameException malformed) {
                return List.of();
            }
        }
    },
    /** The DNS name of the subject's alternative names, as it is there. */
    SAN_DNS {
        @Override
        List<String> all(X509Certificate certificate) {
            return alternativeNames(certificate, DNS_NAME);
        }
    },
    /** What follows the last slash or colon of the URI: {@code spiffe://example.org/device/grill-1} is grill-1. */
    SAN_URI {
        @Override
        List<String> all(X509Certificate certificate) {
            return alternativeNames(certificate, URI_NAME).stream()
                    .map(uri -> uri.substring(Math.max(uri.lastIndexOf('/'), uri.lastIndexOf(':')) + 1))
                    .toList();
        }
    };

    // the numbers of RFC 5280, section 4.2.1.6
    private static final int DNS_NAME = 2;
    private static final int URI_NAME = 6;

    abstract List<String> all(X509Certificate certificate);

    /** The name; empty if there is none, or more than one: then nobody knows which is meant. */
    Optional<String> of(X509Certificate certificate) {
        List<String> names = all(certificate);
        return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
    }

    private static List<String> alternativeNames(X509Certificate certificate, int kind) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> Integer.valueOf(kind).equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException malformed) {
            return List.of();
        }
    }
}
