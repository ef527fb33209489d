using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;

namespace Tapedeck.Oci.Signatures.Reading;

/// <summary>The one place where what a reader throws becomes a value.</summary>
internal static class Readings
{
    /// <param name="what">What is read, for the message.</param>
    internal static Checked<T> Of<T>(string what, Func<T> read) where T : class => Check<T>(what, () => read());

    /// <summary>The same for a check, whose certificates are read by the platform piece by piece while they are used.</summary>
    internal static Checked<T> Check<T>(string what, Func<Checked<T>> check) where T : class
    {
        try
        {
            return check();
        }
        catch (UnreadableException e)
        {
            return new Refusal(e.Reason, $"{what}: {e.Message}");
        }
        // The last three are what the platform's readers throw where they were not made for strangers. One bad signature must not hide a good one.
        catch (Exception e) when (e is JsonException or AsnContentException or CryptographicException or InvalidOperationException or FormatException or ArgumentException)
        {
            return new Refusal(RefusalReason.Malformed, $"{what}: {UntrustedText.Show(e.Message)}");
        }
    }
}
