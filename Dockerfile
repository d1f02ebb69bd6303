# One image for the web and the worker processes: `manage.py serve`, `manage.py work`.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY pyproject.toml constraints.txt README.md LICENSE ./
RUN /venv/bin/pip install --no-cache-dir --constraint constraints.txt '.[fast,s3]'

FROM python:3.13-slim
# ffmpeg: posters of videos, outlines of voice notes.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 baton \
    && install --directory --owner=baton --mode=0700 /var/lib/baton/media
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 MEDIA_ROOT=/var/lib/baton/media
WORKDIR /app
COPY --from=build /venv /venv
COPY . .
USER baton
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz/live', timeout=2)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "8000", "--server", "uvicorn", "--no-worker"]
