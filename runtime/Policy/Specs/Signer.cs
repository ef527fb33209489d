namespace Tapedeck.Policy.Specs;

/// <summary>Who signed an artifact: a key, or an identity that an issuer vouches for.</summary>
/// <param name="Key">SHA-256 of the public key's SubjectPublicKeyInfo in lower-case hex; empty for an identity.</param>
public sealed record Signer(string Key, string Issuer, string Identity)
{
    public override string ToString() => Key.Length > 0 ? $"key {Key}" : $"{Identity} by {Issuer}";
}
