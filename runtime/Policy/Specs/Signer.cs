namespace Tapedeck.Policy.Specs;

/// <summary>Who signed an artifact: a key, or an identity that an issuer vouches for.</summary>
/// <param name="Key">SHA-256 of the public key's SubjectPublicKeyInfo in lower-case hex; empty for an identity.</param>
public sealed record Signer(string Key, string Issuer, string Identity)
{
    private const string Claim = ", as the tool alone has it";

    /// <summary>
    /// Whoever wrote the tool named the authority that vouches for this identity, and so may have made up both. Equal to no signer that a policy or a ceiling names.
    /// RATIONALE.md, "Whose word is it that an identity signed?"
    /// </summary>
    public bool IsClaimed { get; init; }

    /// <summary>The inverse of <see cref="ToString"/>; null where the text is of no signer. An issuer that counts is a URL and has no spaces.</summary>
    public static Signer? Parse(string text)
    {
        const string Key = "key ";
        const string By = " by ";
        var isClaimed = text.EndsWith(Claim, StringComparison.Ordinal);
        var who = isClaimed ? text[..^Claim.Length] : text;
        var by = who.LastIndexOf(By, StringComparison.Ordinal);
        return who.StartsWith(Key, StringComparison.Ordinal) && !isClaimed ? new Signer(who[Key.Length..], "", "")
            : by > 0 ? new Signer("", who[(by + By.Length)..], who[..by]) { IsClaimed = isClaimed }
            : null;
    }

    public override string ToString() => Key.Length > 0 ? $"key {Key}" : $"{Identity} by {Issuer}{(IsClaimed ? Claim : "")}";
}
