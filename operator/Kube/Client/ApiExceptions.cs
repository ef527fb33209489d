namespace Tapedeck.Kube.Client;

/// <summary>A request that was not done. Its type says what kind of failure it is; the base type itself stands for all others (as 400, 405, 413).
/// </summary>
/// <remarks>No message holds a token, a certificate or a body that was sent.</remarks>
public class ApiException : Exception
{
    internal ApiException(string request, ApiStatus status, Exception? inner = null)
        : base($"{request}: {Word(status)}{status.Message}", inner) => Status = status;

    public ApiStatus Status { get; }

    private static string Word(ApiStatus status) =>
        status.Code == 0 ? "" : $"{(status.Reason.Length > 0 ? status.Reason : "HTTP")} ({status.Code}): ";
}

/// <summary>It may be done if asked again, unchanged.</summary>
public abstract class RetryableException : ApiException
{
    private protected RetryableException(string request, ApiStatus status, Exception? inner = null)
        : base(request, status, inner)
    {
    }

    /// <summary>What the server asks to wait; null where it does not say.</summary>
    public TimeSpan? RetryAfter => Status.RetryAfter;
}

/// <summary>429: the server sheds load. The request was not done.</summary>
public sealed class TooManyRequestsException : RetryableException
{
    internal TooManyRequestsException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>No answer, no answer in time, a broken one, or a 5xx. The request may have been done or not.</summary>
public sealed class UnavailableException : RetryableException
{
    internal UnavailableException(string request, ApiStatus status, Exception? inner = null)
        : base(request, status, inner)
    {
    }
}

/// <summary>401: the server does not know who asks.</summary>
public sealed class UnauthorizedException : ApiException
{
    internal UnauthorizedException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>403: whoever asks may not do this; or an admission rule or a quota is against it.</summary>
public sealed class ForbiddenException : ApiException
{
    internal ForbiddenException(string request, ApiStatus status)
        : base(request, status)
    {
    }

    /// <summary>Whether nothing can be created in the namespace since it is being deleted.</summary>
    public bool IsOfEndingNamespace => Status.Causes.Any(cause => cause.Reason == "NamespaceTerminating");
}

/// <summary>404: no such object, or no such API.</summary>
public sealed class NotFoundException : ApiException
{
    internal NotFoundException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>409 to a creation: an object of this name is there, or is still being deleted.</summary>
public sealed class AlreadyExistsException : ApiException
{
    internal AlreadyExistsException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>409: the object is not what the request supposes: read it anew and decide anew.</summary>
public class ConflictException : ApiException
{
    internal ConflictException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>409 to an apply without force: others own fields that it would change.
/// <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"/></summary>
public sealed class ApplyConflictException : ConflictException
{
    internal ApplyConflictException(string request, ApiStatus status)
        : base(request, status) => Conflicts = [.. status.Causes.Where(IsOne).Select(FieldConflict.Read)];

    /// <summary>Each field, and who owns it.</summary>
    public IReadOnlyList<FieldConflict> Conflicts { get; }

    internal static bool IsOne(ApiCause cause) => cause.Reason == "FieldManagerConflict";
}

/// <summary>410: the resource version or the continuation is too old: list anew.</summary>
public sealed class GoneException : ApiException
{
    internal GoneException(string request, ApiStatus status)
        : base(request, status)
    {
    }
}

/// <summary>422, or 500 to an apply that the schema does not know: the object breaks its schema or a rule. The same request will fail again.</summary>
public sealed class InvalidException : ApiException
{
    internal InvalidException(string request, ApiStatus status)
        : base(request, status)
    {
    }

    /// <summary>What is wrong, field by field; may be empty.</summary>
    public IReadOnlyList<ApiCause> Causes => Status.Causes;
}
