namespace Backsoon.Mail;

/// <summary>One kind of mail, as the facts it is made of. Kept as JSON in the outbox until the pump renders it, so a subclass is a plain record whose members serialize.</summary>
public abstract record Email
{
    public abstract EmailContent Compose();
}
