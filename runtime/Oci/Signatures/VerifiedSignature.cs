namespace Tapedeck.Oci.Signatures;

/// <summary>A signature that was verified, and by a signer who is trusted.</summary>
/// <param name="Form"><c>cosign tag</c>, <c>sigstore bundle</c>, <c>notation jws</c> or <c>notation cose</c>.</param>
/// <param name="SignedAt">When, by a clock that is trusted; null where none tells.</param>
public sealed record VerifiedSignature(SignerIdentity Signer, string Form, DateTimeOffset? SignedAt, string Where)
{
    /// <summary>Under an authority of a <see cref="NotationSigner"/>, and no trusted root.</summary>
    public bool IsNotation => Form.StartsWith("notation ", StringComparison.Ordinal);
}
