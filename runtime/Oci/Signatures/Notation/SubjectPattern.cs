using System.Collections.Immutable;
using System.Security.Cryptography.X509Certificates;

namespace Tapedeck.Oci.Signatures.Notation;

/// <summary>
/// A trusted identity, <c>x509.subject: C=US, ST=WA, O=Demo</c>: every attribute named here is in the certificate's subject with that value, others
/// may be there too. <c>*</c> is everyone whom the trust store's authorities certified.
/// <see href="https://github.com/notaryproject/specifications/blob/main/specs/trust-store-trust-policy.md#trusted-identities-constraints"/>
/// </summary>
public sealed class SubjectPattern
{
    private const string Prefix = "x509.subject:";
    private const int MostCharacters = 1024;

    private readonly ImmutableSortedDictionary<string, string> _attributes;

    private SubjectPattern(ImmutableSortedDictionary<string, string> attributes) => _attributes = attributes;

    /// <param name="problem">Why there is no pattern; empty otherwise.</param>
    public static SubjectPattern? Read(string text, out string problem)
    {
        problem = "";
        if (text == "*")
        {
            return new SubjectPattern(ImmutableSortedDictionary<string, string>.Empty);
        }
        if (text.Length <= MostCharacters && text.StartsWith(Prefix, StringComparison.Ordinal)
            && DistinguishedName.Parse(text[Prefix.Length..].Trim()) is { } attributes
            && attributes.ContainsKey("C") && attributes.ContainsKey("ST") && attributes.ContainsKey("O"))
        {
            return new SubjectPattern(attributes);
        }
        problem = $"'{UntrustedText.Show(text)}' is not a trusted identity: expected is * or 'x509.subject: ' with at least C, ST and O, "
            + "such as 'x509.subject: C=US, ST=WA, O=Acme', each attribute once";
        return null;
    }

    /// <summary>The same, where nothing but a subject is asked for: <c>x509.subject:</c> may be left out.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static SubjectPattern? ReadSubject(string text, out string problem) =>
        Read(text == "*" || text.StartsWith(Prefix, StringComparison.Ordinal) ? text : $"{Prefix} {text}", out problem);

    public override string ToString() => _attributes.IsEmpty ? "anyone" : $"x509.subject: {DistinguishedName.Show(_attributes)}";

    internal bool IsMatch(X509Certificate2 certificate) =>
        _attributes.IsEmpty
        || (DistinguishedName.Of(certificate.SubjectName) is { } subject
            && _attributes.All(each => subject.GetValueOrDefault(each.Key) == each.Value));
}
