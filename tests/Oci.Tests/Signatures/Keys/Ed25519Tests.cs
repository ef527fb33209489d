using FsCheck;
using Tapedeck.Oci.Signatures.Keys;
using Xunit;

namespace Tapedeck.Oci.Tests.Signatures.Keys;

public sealed class Ed25519Tests
{
    /// <summary>The test vectors of RFC 8032, section 7.1 (the one of 1023 bytes left out), as key, message and signature.</summary>
    public static readonly TheoryData<string, string, string> Vectors = new()
    {
        {
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
        {
            "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_signature_of_the_specification_verifies(string key, string message, string signature) =>
        Assert.True(Ed25519.Verify(Hex(key), Hex(message), Hex(signature)));

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_changed_bit_of_key_message_or_signature_does_not_verify(string key, string message, string signature)
    {
        for (var bit = 0; bit < 64 * 8; bit += 37)
        {
            Assert.False(Ed25519.Verify(Hex(key), Hex(message), Flip(Hex(signature), bit)));
            Assert.False(Ed25519.Verify(Flip(Hex(key), bit % 256), Hex(message), Hex(signature)));
        }
        Assert.False(Ed25519.Verify(Hex(key), [.. Hex(message), 0], Hex(signature)));
    }

    [Fact]
    public void An_S_beyond_the_order_does_not_verify()
    {
        // S + L is the same number modulo L, and would be a second signature of the same message.
        var (key, signature) = (Hex((string)Vectors.First()[0]), Hex((string)Vectors.First()[2]));
        var order = System.Numerics.BigInteger.Pow(2, 252) + System.Numerics.BigInteger.Parse("27742317777372353535851937790883648493");
        var s = new System.Numerics.BigInteger(signature.AsSpan(32), isUnsigned: true) + order;
        Assert.True(s.TryWriteBytes(signature.AsSpan(32), out _, isUnsigned: true));
        Assert.False(Ed25519.Verify(key, [], signature));
    }

    [Fact]
    public void Random_bytes_are_no_signature() => Prop.ForAll(Arb.Default.Int32(), seed =>
    {
        var random = new System.Random(seed);
        var (key, signature) = (new byte[32], new byte[64]);
        random.NextBytes(key);
        random.NextBytes(signature);
        signature[63] &= 0x0f;
        return !Ed25519.Verify(key, "message"u8, signature);
    }).QuickCheckThrowOnFailure();

    private static byte[] Hex(string hex) => Convert.FromHexString(hex);

    private static byte[] Flip(byte[] bytes, int bit)
    {
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return bytes;
    }
}
