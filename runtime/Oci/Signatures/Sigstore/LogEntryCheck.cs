using System.Text;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// Whether a trusted log holds an entry. Every proof that is there must hold, whichever of them is asked for.
/// <see href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md"/> (Transparency Log Entry)
/// </summary>
internal static class LogEntryCheck
{
    /// <summary>The time at which the log promised to take the entry. Null where it gave no such promise, as Rekor v2 does.</summary>
    internal sealed record Verified(DateTimeOffset? At);

    internal static Checked<Verified> Check(LogEntry entry, TrustedRoot root, DateTimeOffset now)
    {
        var log = root.Logs.FirstOrDefault(each => each.KeyId.AsSpan().SequenceEqual(entry.LogId));
        if (log is null)
        {
            return Wrong($"the log {Convert.ToHexStringLower(entry.LogId)} is not in the trusted root");
        }
        if (!log.Key.Is(out var key, out var refusal))
        {
            return refusal;
        }
        if ((entry.Proof is null ? null : CheckProof(entry, entry.Proof, log, key)) is { } wrong)
        {
            return wrong;
        }
        return entry.Promise is { } promise ? CheckPromise(entry, promise, log, key, now)
            : entry.Proof?.Checkpoint is not null ? new Verified(At: null)
            : Wrong("the entry has neither a promise nor a proof with a checkpoint");
    }

    private static Refusal? CheckProof(LogEntry entry, InclusionProof proof, TrustedLog log, VerificationKey key)
    {
        if (proof.Check(entry.Body) is { } wrong)
        {
            return wrong;
        }
        if (proof.Checkpoint is not { } note)
        {
            return null;
        }
        if (!Readings.Of("the log entry", () => Checkpoint.Parse(note)).Is(out var checkpoint, out var unreadable))
        {
            return unreadable;
        }
        return !checkpoint.IsSignedBy(log, key) ? Wrong($"the checkpoint has no good signature of the log {log.Name}")
            : checkpoint.TreeSize != proof.TreeSize || !checkpoint.RootHash.AsSpan().SequenceEqual(proof.RootHash)
                ? Wrong("the checkpoint is about another tree than the inclusion proof")
            : null;
    }

    /// <summary>The signature is over the entry as canonical JSON (RFC 8785), the four properties in the order of their names.</summary>
    private static Checked<Verified> CheckPromise(LogEntry entry, byte[] promise, TrustedLog log, VerificationKey key, DateTimeOffset now)
    {
        if (entry.IntegratedTime is not { } seconds || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return Wrong("the log's promise has no integrated time");
        }
        var signed = $$"""
            {"body":"{{Convert.ToBase64String(entry.Body)}}","integratedTime":{{seconds}},"logID":"{{Convert.ToHexStringLower(entry.LogId)}}","logIndex":{{entry.LogIndex}}}
            """;
        if (!key.Verifies(SignedMessage.Of(Encoding.UTF8.GetBytes(signed)), promise, SignatureAlgorithm.Sigstore))
        {
            return Wrong($"the promise (signed entry timestamp) is not signed by the log {log.Name}");
        }
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return !log.Validity.Contains(at) ? Wrong($"the log {log.Name} is trusted from {log.Validity}, and took the entry at {at:u}")
            : at > now ? Wrong($"the log took the entry at {at:u}, which is yet to come")
            : new Verified(at);
    }

    private static Refusal Wrong(string why) => new(RefusalReason.WrongLogEntry, why);
}
