using System.Security.Cryptography;
using System.Text;

namespace Tapedeck.Mcp;

/// <summary>A secret that callers present. It can be replaced while the server runs.</summary>
public sealed class BearerToken
{
    /// <summary>Who a caller with the token is, in audit events.</summary>
    public const string Caller = "bearer";

    // Only the hash is kept: hashes have one length, so that a comparison tells nothing about the token's.
    private volatile byte[] _hash;

    /// <param name="token">Of <c>A-Z a-z 0-9 - . _ ~ + /</c> and trailing <c>=</c>.</param>
    /// <exception cref="ArgumentException">Empty, or with characters that no header can carry.</exception>
    public BearerToken(string token) => _hash = HashOf(token);

    /// <summary>From now on <paramref name="token"/> is asked for, and no other.</summary>
    /// <exception cref="ArgumentException">Empty, or with characters that no header can carry; the old token stays.</exception>
    public void Replace(string token) => _hash = HashOf(token);

    /// <summary>Whether an <c>Authorization</c> header carries the token. Takes the same time for every wrong token of a length.</summary>
    internal bool Accepts(string? authorization)
    {
        const string Scheme = "Bearer ";
        return authorization is not null
            && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim(' '))), _hash);
    }

    private static byte[] HashOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var body = token.TrimEnd('=');
        return body.Length > 0 && body.All(static c => char.IsAsciiLetterOrDigit(c) || "-._~+/".Contains(c))
            ? SHA256.HashData(Encoding.ASCII.GetBytes(token))
            : throw new ArgumentException("a bearer token has at least one character, of A-Z a-z 0-9 - . _ ~ + / and trailing =", nameof(token));
    }
}
