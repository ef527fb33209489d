namespace Tapedeck.Oci.Signatures;

/// <summary>Something that was tried and did not verify.</summary>
/// <param name="Where">The signature's place, or the repository where nothing was found.</param>
/// <param name="Signer">Whose signature was looked for; empty where it did not come to that.</param>
/// <param name="Error">What the registry answered, where it was not the signature that failed.</param>
public sealed record FailedAttempt(string Where, string Signer, Refusal Refusal, OciError? Error = null)
{
    public override string ToString() => Signer.Length > 0 ? $"{Where}, as {Signer}: {Refusal}" : $"{Where}: {Refusal}";
}
