"""The screen of the status pages and chats that updates go to, and the forms that set them up."""
