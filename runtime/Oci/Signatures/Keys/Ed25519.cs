using System.Numerics;
using System.Security.Cryptography;

namespace Tapedeck.Oci.Signatures.Keys;

/// <summary>
/// The verification of <see href="https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7"/>, which .NET 10 does not have and whose keys the newer
/// transparency logs use. Nothing here is secret, so nothing runs in constant time. Points are in the extended coordinates of section 5.1.4.
/// </summary>
internal static class Ed25519
{
    internal const int KeyLength = 32;
    private const int SignatureLength = 64;

    private static readonly BigInteger P = BigInteger.Pow(2, 255) - 19;
    private static readonly BigInteger L = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");
    private static readonly BigInteger D = Modulo(-121665 * Inverse(121666));
    private static readonly BigInteger SquareRootOfMinusOne = BigInteger.ModPow(2, (P - 1) / 4, P);
    private static readonly Point Neutral = new(0, 1, 1, 0);
    private static readonly Point Base = DecodeBase();

    /// <summary>Whether the signature is the key's over the message. Of an encoding that is not canonical it never is.</summary>
    internal static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeyLength || signature.Length != SignatureLength || Decode(publicKey) is not { } a || Decode(signature[..32]) is null)
        {
            return false;
        }
        var s = Number(signature[32..]);
        if (s >= L)
        {
            return false;
        }
        using var sha512 = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        sha512.AppendData(signature[..32]);
        sha512.AppendData(publicKey);
        sha512.AppendData(message);
        var k = Number(sha512.GetHashAndReset()) % L;

        // R = [S]B - [k]A, compared as it is encoded.
        var r = Add(Multiply(s, Base), Multiply(k, Negate(a)));
        return Encode(r).AsSpan().SequenceEqual(signature[..32]);
    }

    private static BigInteger Number(ReadOnlySpan<byte> littleEndian) => new(littleEndian, isUnsigned: true);

    private static BigInteger Modulo(BigInteger value)
    {
        var rest = value % P;
        return rest.Sign < 0 ? rest + P : rest;
    }

    private static BigInteger Inverse(BigInteger value) => BigInteger.ModPow(value, P - 2, P);

    /// <summary>Section 5.1.3.</summary>
    private static Point? Decode(ReadOnlySpan<byte> encoded)
    {
        var bytes = encoded.ToArray();
        var isOdd = (bytes[31] & 0x80) != 0;
        bytes[31] &= 0x7f;
        var y = Number(bytes);
        if (y >= P)
        {
            return null;
        }
        var u = Modulo((y * y) - 1);
        var v = Modulo((D * y * y) + 1);
        var x = Modulo(u * BigInteger.ModPow(v, 3, P) * BigInteger.ModPow(u * BigInteger.ModPow(v, 7, P), (P - 5) / 8, P));
        var square = Modulo(v * x * x);
        if (square == Modulo(-u))
        {
            x = Modulo(x * SquareRootOfMinusOne);
        }
        else if (square != u)
        {
            return null;
        }
        if (x.IsZero && isOdd)
        {
            return null;
        }
        x = x.IsEven == isOdd ? P - x : x;
        return new Point(x, y, 1, Modulo(x * y));
    }

    private static Point DecodeBase()
    {
        var encoded = Enumerable.Repeat((byte)0x66, 32).ToArray();
        encoded[0] = 0x58;
        return Decode(encoded)!.Value;
    }

    /// <summary>Section 5.1.2.</summary>
    private static byte[] Encode(Point point)
    {
        var inverse = Inverse(point.Z);
        var x = Modulo(point.X * inverse);
        var y = Modulo(point.Y * inverse);
        var bytes = new byte[32];
        y.TryWriteBytes(bytes, out _, isUnsigned: true);
        bytes[31] |= x.IsEven ? (byte)0 : (byte)0x80;
        return bytes;
    }

    private static Point Negate(Point point) => point with { X = Modulo(-point.X), T = Modulo(-point.T) };

    /// <summary>Section 5.1.4; complete, so it doubles as well.</summary>
    private static Point Add(Point p, Point q)
    {
        var a = Modulo((p.Y - p.X) * (q.Y - q.X));
        var b = Modulo((p.Y + p.X) * (q.Y + q.X));
        var c = Modulo(2 * p.T * q.T * D);
        var d = Modulo(2 * p.Z * q.Z);
        var (e, f, g, h) = (b - a, d - c, d + c, b + a);
        return new Point(Modulo(e * f), Modulo(g * h), Modulo(f * g), Modulo(e * h));
    }

    private static Point Multiply(BigInteger scalar, Point point)
    {
        var sum = Neutral;
        for (var bit = (int)scalar.GetBitLength() - 1; bit >= 0; bit--)
        {
            sum = Add(sum, sum);
            sum = ((scalar >> bit) & 1).IsOne ? Add(sum, point) : sum;
        }
        return sum;
    }

    private readonly record struct Point(BigInteger X, BigInteger Y, BigInteger Z, BigInteger T);
}
