// SPDX-License-Identifier: Apache-2.0
package dev.culebra.tck;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culebra.net.Pem;
import dev.culebra.net.TlsContexts;
import dev.culebra.test.SelfSigned;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading what openssl has written. The keys were made for this test and guard nothing. */
class PemTest {

  private static final char[] PASSWORD = "secret".toCharArray();

  private static final String PKCS8 = """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgGvVztfnwRlUlbsgL
      ZtJe+aFe/zq2TM1bUao6CC5duOyhRANCAAS6vylfXjs6+kdCZuYjqunxLrMPqsSd
      ZR1z8CarBM9LrYshg/DIElFXZaeJiVMR4yD2BFshpnh5Va9e0pyRucJT
      -----END PRIVATE KEY-----
      """;

  private static final String SEC1 = """
      -----BEGIN EC PRIVATE KEY-----
      MHcCAQEEIBr1c7X58EZVJW7IC2bSXvmhXv86tkzNW1GqOgguXbjsoAoGCCqGSM49
      AwEHoUQDQgAEur8pX147OvpHQmbmI6rp8S6zD6rEnWUdc/AmqwTPS62LIYPwyBJR
      V2WniYlTEeMg9gRbIaZ4eVWvXtKckbnCUw==
      -----END EC PRIVATE KEY-----
      """;

  private static final String PKCS1 = """
      -----BEGIN RSA PRIVATE KEY-----
      MIICXAIBAAKBgQDKLlDlHpOQICfpqHtOzhLCq8+fVZOs/ZxMmuj6TNQMgk9jA5lm
      qcsO8TA5oz5CajcyROmHo0x2pC+mIIvsNOOlRfC0ZwUcQc624NMYUMZgeOSJXZ/Y
      wda/9Fb0byRq2PS3cAUAaL7aWHBhT9gwZ8+24EWF3Qr5sNNOXuIs1rZQGQIDAQAB
      AoGAAmy/x5+wQWBBWkoNAIr0KqWI3e5W0RJRl5GcDbRyLpw5e4SFiHes2ccGvwo4
      Ku+/Lbkp29iXiCy77ZAiXXjc6g8NIs+26+20mvaxZgPvWdFf+DUxCe5brDyosHCs
      dIKZcoa1B7iv66xP0JnYRv7rCEDD9pocID789CctEyrBVokCQQD2kG9+PHeenLD6
      qatd4Gfn3iGb8izbyk27DC8ksgNaPoWqccjvAWEwsfNPMwD2ZydObwimWgU0sIv1
      eWWn1JLbAkEA0esP3nLGTlbvVCFgyhELOIEBG9Eh/5UL2JVS2h1WNxJTmB8gxMSF
      dMaZwdMpMOkoECOPbdK2PTXuA2QbRN1pGwJBAOdTxbcLJjOC0Syr6SKPewz4xFGa
      WenwGROHr+deuHR/ukqarKlIgxX7rso8kQec6izVUak5Ri8UAIvTVMOsVgcCQQDN
      4D8hCOnqnSJ+HXpC03JwyTzgHjy84F3M3a5zUoBi5Kttr2HA+Yh13e2ghcuJN7Je
      GbIqoJSw9bpoQv7njErvAj9z33lLJBW6j+bk+N5NPLBejQ86f/cnea9G/fTekJJI
      lTgyjJdgDYL+4bwQs5H07M2JIutMSuEK5qxY37nbS6w=
      -----END RSA PRIVATE KEY-----
      """;

  private static final String PBES2 = """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAj/TN/HcoPazgICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEMa0yv+7b9mPfUNIeu2IAfQEgZAL
      q7b1Ykl9pt793kXJUmjgI7wruNsXKgiPBjxzVwymUq3gTf3T3PMuRp2zBs0Ak0kb
      Bi14+3VA+nhr0Pq7lHjTzqFvPJQVXxrIZdq7dLLapEGXugN8BVSl0bb9NjMhLNuE
      hfNQR/ZKnhCJE+oSztHFTb0cQykGMySyO+0h/qYD9L9wt40J3pj4Ye0zLqmx2bU=
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String PBES1 = """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIGxMBwGCiqGSIb3DQEMAQMwDgQIN/PXMfnDYSQCAggABIGQB5jSlz5EsJH8UJAE
      05EPlMlrY/a5V0s8G41WfrjgRg9+fu845Pj6AQOfhYbJn4I8iNL9xM2xqJLkMsaK
      cnKTL+LB5RDIDGPJzoOXYPZFXuv6atljCnldxZYpclI0g254Dh+gz4KGOnOhQtH9
      38h2mj1Zh9kPa+C71Bx5FDh2wAezaVkQUd59gE4jfYqwj+bg
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String ED25519 = """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIDO85kRxi963TOCPqU3ftPomSn1ZPSrZygW1qhjKZsnU
      -----END PRIVATE KEY-----
      """;

  private static final String TRADITIONAL = """
      -----BEGIN EC PRIVATE KEY-----
      Proc-Type: 4,ENCRYPTED
      DEK-Info: AES-128-CBC,8CA4DD0C7484892C0B4462E1C882BE50

      90EJ1aAoXu00sa64+6VmyRHrymQxhXDdAjL9vTnfWXI+IXBuaJ8cN8DEdVYVTxSE
      CPweb+fpQKbe1eIihrH8fBhZsFqmJ7/VAT6kblyy8Bb0e7aNrA//uVOxgjRT9Wxi
      bvnQx88WLY0r/wXtcdFnKdODpKAhpaA9BlihLDLt9SI=
      -----END EC PRIVATE KEY-----
      """;

  @Test
  void oneKeyIsTheSameInEveryForm() throws Exception {
    PrivateKey key = Pem.parsePrivateKey(PKCS8, null);
    assertEquals("EC", key.getAlgorithm());
    for (String form : List.of(SEC1, "comments\n" + PKCS8.replace("\n", "\r\n") + "more\n")) {
      assertArrayEquals(s(key), s(Pem.parsePrivateKey(form, null)));
    }
    assertArrayEquals(s(key), s(Pem.parsePrivateKey(PBES2, PASSWORD)));
    assertArrayEquals(s(key), s(Pem.parsePrivateKey(PBES1, PASSWORD)));
  }

  private static byte[] s(PrivateKey key) {
    return ((java.security.interfaces.ECPrivateKey) key).getS().toByteArray();
  }

  @Test
  void keysOfOtherAlgorithmsAreRead() throws Exception {
    assertEquals("RSA", Pem.parsePrivateKey(PKCS1, null).getAlgorithm());
    assertEquals("EdDSA", Pem.parsePrivateKey(ED25519, null).getAlgorithm());
  }

  @Test
  void whatCannotBeReadSaysWhatToDo() {
    refused("is encrypted: give its password", PBES2, null);
    refused("the password is wrong", PBES2, "wrong".toCharArray());
    refused("openssl pkcs8 -topk8", TRADITIONAL, PASSWORD);
    refused("BEGIN PRIVATE KEY", "nothing", null);
    refused("is damaged", PKCS8.replaceFirst("MIG", "AAA"), null);
    refused("is damaged", SEC1.replaceFirst("MHc", "MAA"), null);
    refused("is of a kind", PKCS8.replace("PRIVATE KEY", "DSA PRIVATE KEY"), null);
  }

  private static void refused(
      String message, String pem, char @org.jspecify.annotations.Nullable [] password) {
    KeyException failure =
        assertThrows(KeyException.class, () -> Pem.parsePrivateKey(pem, password));
    assertTrue(failure.toString().contains(message), failure::toString);
  }

  @Test
  void certificatesComeInTheirOrder() throws Exception {
    SelfSigned first = SelfSigned.of("one.example", "::1");
    SelfSigned second = SelfSigned.of("RSA", Instant.now().plusSeconds(100_000), "two.example");
    assertEquals(
        List.of(first.certificate(), second.certificate()),
        Pem.parseCertificates(
            "some text\n" + first.certificatePem() + first.keyPem() + second.certificatePem()));
    first.certificate().checkValidity();
    second.certificate().verify(second.certificate().getPublicKey());
    assertEquals(2, nonNull(first.certificate().getSubjectAlternativeNames()).size());
  }

  @Test
  void filesThatAreNoCertificatesSayWhatToDo(@TempDir Path folder) throws Exception {
    Path wrong = Files.writeString(folder.resolve("wrong"), PKCS8);
    CertificateException none =
        assertThrows(CertificateException.class, () -> Pem.readCertificates(wrong));
    assertTrue(none.toString().contains(wrong.toString()), none::toString);
    assertThrows(
        CertificateException.class,
        () ->
            Pem.parseCertificates("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"));
    assertThrows(NoSuchFileException.class, () -> Pem.readPrivateKey(folder.resolve("missing")));
  }

  @Test
  void aContextNeedsAKeyAndItsCertificate(@TempDir Path folder) throws Exception {
    SelfSigned own = SelfSigned.of("localhost");
    Path certificate = Files.writeString(folder.resolve("cert"), own.certificatePem());
    Path key = Files.writeString(folder.resolve("key"), own.keyPem());
    assertNotNull(TlsContexts.server(certificate, key));
    assertNotNull(TlsContexts.client(certificate));
    Path rsa = Files.writeString(folder.resolve("rsa"), PKCS1);
    Path another = Files.writeString(folder.resolve("another"), PKCS8);
    for (Path wrong : List.of(rsa, another)) {
      assertTrue(assertThrows(KeyException.class, () -> TlsContexts.server(certificate, wrong))
          .toString()
          .contains("do not belong together"));
    }
    assertThrows(IllegalArgumentException.class, () -> TlsContexts.of(own.key(), List.of(), null));
    assertThrows(
        IllegalArgumentException.class,
        () -> TlsContexts.of(null, List.of(own.certificate()), null));
    assertThrows(IllegalArgumentException.class, () -> SelfSigned.of());
  }

  private static <T> T nonNull(@org.jspecify.annotations.Nullable T value) {
    assertNotNull(value);
    return value;
  }
}
